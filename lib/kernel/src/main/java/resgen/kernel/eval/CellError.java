package resgen.kernel.eval;

import java.util.List;

/**
 * Why a cell failed, as Jupyter shows it.
 *
 * @param name the class of the error, {@code CompileError} for code that does not compile
 * @param message its message, never null
 * @param traceback lines to show, with ANSI colours
 */
public record CellError(String name, String message, List<String> traceback) {
  public CellError {
    message = message == null ? "" : message;
    traceback = List.copyOf(traceback);
  }

  /** The traceback without colours. */
  public String plain() {
    return String.join("\n", traceback).replaceAll("\u001b\\[[0-9;]*m", "");
  }
}
