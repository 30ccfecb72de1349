package resgen.vision;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** A data file that cannot be read as what it should be; the message holds path and reason. */
public final class BrokenFileException extends UncheckedIOException {
  private static final long serialVersionUID = 1L;

  private final String file;
  private final String reason;

  /**
   * A broken file.
   *
   * @param file the file
   * @param reason what was expected and what was found
   */
  public BrokenFileException(Path file, String reason) {
    this(file, reason, null);
  }

  /** As above, with what it was noticed by. */
  public BrokenFileException(Path file, String reason, Throwable cause) {
    super(new IOException(file + ": " + reason, cause));
    this.file = file.toString();
    this.reason = reason;
  }

  /** The file. */
  public Path file() {
    return Path.of(file);
  }

  /** What was expected and what was found, without the path. */
  public String reason() {
    return reason;
  }

  @Override
  public String getMessage() {
    return file + ": " + reason;
  }
}
