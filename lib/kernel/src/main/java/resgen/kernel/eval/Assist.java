package resgen.kernel.eval;

import java.util.List;
import java.util.stream.Collectors;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.Completeness;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import jdk.jshell.SourceCodeAnalysis.Documentation;

/** Completion, inspection and completeness, for a cell of several snippets. */
public final class Assist {
  /** Replacements for the text from {@code start} to the cursor. */
  public record Completions(List<String> matches, int start) {}

  private final SourceCodeAnalysis analysis;

  Assist(SourceCodeAnalysis analysis) {
    this.analysis = analysis;
  }

  /** The start of the snippet that holds the cursor. */
  private int snippetStart(String code, int cursor) {
    int at = 0;
    while (at < cursor) {
      CompletionInfo info = analysis.analyzeCompletion(code.substring(at));
      if (!info.completeness().isComplete() || info.remaining().isEmpty()) {
        return at;
      }
      int next = code.length() - info.remaining().length();
      if (next > cursor || next <= at) {
        return at;
      }
      at = next;
    }
    return at;
  }

  /** What may stand at the cursor. */
  public Completions complete(String code, int cursor) {
    int start = snippetStart(code, cursor);
    int[] anchor = {cursor - start};
    List<String> matches =
        analysis.completionSuggestions(code.substring(start), cursor - start, anchor).stream()
            .map(SourceCodeAnalysis.Suggestion::continuation)
            .distinct()
            .toList();
    return new Completions(matches, start + anchor[0]);
  }

  /** Signatures and javadoc of what is at the cursor, or null. */
  public String inspect(String code, int cursor) {
    int end = cursor;
    while (end < code.length() && Character.isJavaIdentifierPart(code.charAt(end))) {
      end++;
    }
    String upTo = code.substring(snippetStart(code, end), end);
    List<Documentation> found = analysis.documentation(upTo, upTo.length(), true);
    if (found.isEmpty()) {
      found = analysis.documentation(upTo + "(", upTo.length() + 1, true);
    }
    String text =
        found.stream()
            .map(d -> d.signature() + (d.javadoc() == null ? "" : "\n\n" + d.javadoc().strip()))
            .distinct()
            .collect(Collectors.joining("\n\n"));
    if (!text.isEmpty()) {
      return text;
    }
    String type = analysis.analyzeType(upTo, upTo.length());
    return type == null ? null : type;
  }

  /** One of Jupyter's {@code complete}, {@code incomplete}, {@code invalid}, {@code unknown}. */
  public String completeness(String code) {
    if (code.stripLeading().startsWith("%")) {
      return "complete";
    }
    String rest = code;
    while (true) {
      CompletionInfo info = analysis.analyzeCompletion(rest);
      Completeness is = info.completeness();
      if (is == Completeness.UNKNOWN) {
        return "invalid";
      }
      if (is == Completeness.DEFINITELY_INCOMPLETE) {
        return "incomplete";
      }
      if (info.remaining().isBlank() || info.remaining().length() >= rest.length()) {
        return "complete";
      }
      rest = info.remaining();
    }
  }
}
