package resgen.cli;

import java.io.FileNotFoundException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.LinkedHashSet;
import java.util.Set;

/** Words for what went wrong. */
final class Failures {

  private static final String JSON_LIBRARY = "com.fasterxml.jackson.";

  private Failures() {}

  /** The message of a failure and of its causes, each said once. */
  static String describe(Throwable failure) {
    Set<String> said = new LinkedHashSet<>();
    Throwable at = failure;
    for (int depth = 0; at != null && depth < 10; depth++, at = at.getCause()) {
      if (!said.isEmpty() && at.getClass().getName().startsWith(JSON_LIBRARY)) {
        continue; // in its own terms what was said in ours
      }
      String words = words(at);
      if (said.stream().noneMatch(before -> before.contains(words))) {
        said.add(words);
      }
    }
    return String.join("\n  because: ", said);
  }

  /** Whether a failure is the thread's interruption. */
  static boolean isInterrupt(Throwable failure) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof InterruptedException || at instanceof ClosedByInterruptException) {
        return true;
      }
    }
    return false;
  }

  private static String words(Throwable failure) {
    String message = failure.getMessage();
    if (message == null || message.isBlank()) {
      return failure.getClass().getSimpleName();
    }
    // These carry nothing but the path.
    if (failure instanceof NoSuchFileException || failure instanceof FileNotFoundException) {
      return "no such file: " + message;
    } else if (failure instanceof FileAlreadyExistsException) {
      return "exists already: " + message;
    } else if (failure instanceof AccessDeniedException) {
      return "access denied: " + message;
    }
    return message;
  }
}
