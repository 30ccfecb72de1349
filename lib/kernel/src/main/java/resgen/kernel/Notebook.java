package resgen.kernel;

import java.awt.image.RenderedImage;
import java.util.List;
import java.util.UUID;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import resgen.kernel.output.Sink;
import resgen.kernel.render.Bundles;
import resgen.kernel.render.Gif;

/**
 * What a notebook's cells call without importing it; the same names as in IJava, and {@link
 * #clearOutput}.
 */
public final class Notebook {
  private static final String ID_PREFIX = "display-";

  private Notebook() {}

  /** The kernel whose cell is running. */
  public static JavaKernel getKernelInstance() {
    BaseKernel kernel = BaseKernel.notebookKernel();
    return (JavaKernel) kernel;
  }

  /** The value as a bundle of representations. */
  public static DisplayData render(Object value) {
    return value instanceof DisplayData data
        ? data
        : getKernelInstance().getRenderer().render(value);
  }

  /** The value as the given MIME types, such as {@code "text/html"} for a String of HTML. */
  public static DisplayData render(Object value, String... as) {
    return getKernelInstance().getRenderer().renderAs(value, as);
  }

  /**
   * Shows a value in the cell's output.
   *
   * @return the display id, for {@link #updateDisplay}
   */
  public static String display(Object value) {
    return show(render(value));
  }

  /** Shows a value as the given MIME types; returns the display id. */
  public static String display(Object value, String... as) {
    return show(render(value, as));
  }

  private static String show(DisplayData data) {
    if (!data.hasDisplayId()) {
      data.setDisplayId(ID_PREFIX + UUID.randomUUID());
    }
    getKernelInstance().display(data);
    return data.getDisplayId();
  }

  /** Whether the value is what {@link #display} returned, which is nothing to show. */
  static boolean isDisplayId(Object value) {
    return value instanceof String text && text.matches(ID_PREFIX + "[0-9a-f-]{36}");
  }

  /** Replaces what was shown under this id. */
  public static void updateDisplay(String id, Object value) {
    update(id, render(value));
  }

  /** Replaces what was shown under this id, as the given MIME types. */
  public static void updateDisplay(String id, Object value, String... as) {
    update(id, render(value, as));
  }

  private static void update(String id, DisplayData data) {
    data.setDisplayId(id);
    Sink sink = getKernelInstance().sink();
    if (sink != null) {
      sink.update(Bundles.json(data));
    }
  }

  /** Clears the cell's output when the next output comes. */
  public static void clearOutput() {
    clearOutput(true);
  }

  /**
   * Clears the cell's output.
   *
   * @param wait until the next output comes, which avoids flicker
   */
  public static void clearOutput(boolean wait) {
    Sink sink = getKernelInstance().sink();
    if (sink != null) {
      sink.clear(wait);
    }
  }

  /**
   * Pictures of one size as an animated GIF that plays for ever. The bytes of a GIF, PNG or JPEG,
   * be they made here or read from a file, are shown as the picture.
   *
   * @param millis how long each is shown
   */
  public static byte[] animation(List<? extends RenderedImage> frames, int millis) {
    return Gif.of(frames, millis);
  }

  /** Evaluates code and returns the live value of its last expression. */
  public static Object eval(String code) {
    return getKernelInstance().evalRaw(code);
  }

  /** Asks the user for a line of input. */
  public static String input(String prompt) {
    Sink sink = getKernelInstance().sink();
    return sink == null ? null : sink.readLine(prompt, false);
  }

  /** Runs a line magic, such as {@code lineMagic("jars", List.of("lib/a.jar"))}. */
  public static <T> T lineMagic(String name, List<String> args) {
    JavaKernel kernel = getKernelInstance();
    try {
      return kernel.getMagicsRegistry().evalLineMagic(kernel, name, args);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("%" + name + ": " + e.getMessage(), e);
    }
  }

  /** Runs a cell magic. */
  public static <T> T cellMagic(String name, List<String> args, String body) {
    JavaKernel kernel = getKernelInstance();
    try {
      return kernel.getMagicsRegistry().evalCellMagic(kernel, name, args, body);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("%%" + name + ": " + e.getMessage(), e);
    }
  }

  /** As {@code System.out.printf}. */
  public static void printf(String format, Object... args) {
    System.out.printf(format, args);
  }
}
