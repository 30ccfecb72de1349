package resgen.kernel.render.library;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.dflib.jjava.jupyter.kernel.display.RenderContext;
import org.dflib.jjava.jupyter.kernel.display.Renderer;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;
import resgen.kernel.render.Html;
import resgen.kernel.render.Pictures;

/**
 * DJL's arrays: shape, type, device, statistics; small ones in full, those shaped like images as
 * pictures. Never copies a large array as a whole.
 */
public final class TensorRenderer implements LibraryRenderer {
  private static final long MAX_VALUES = 100;

  @Override
  public void register(Renderer renderer) {
    renderer
        .createRegistration(NDArray.class)
        .preferring(MIMEType.TEXT_HTML)
        .supporting(MIMEType.IMAGE_PNG)
        .register(TensorRenderer::render);
    renderer
        .createRegistration(NDList.class)
        .preferring(MIMEType.TEXT_PLAIN)
        .register((l, context) -> context.renderIfRequested(MIMEType.TEXT_PLAIN, () -> list(l)));
  }

  private static void render(NDArray array, RenderContext context) {
    if (array.isReleased() || !numeric(array.getDataType()) || array.size() == 0) {
      boolean strings = !array.isReleased() && array.getDataType() == DataType.STRING;
      context.renderIfRequested(MIMEType.TEXT_PLAIN, () -> strings ? strings(array) : head(array));
      return;
    }
    if (array.isSparse()) {
      context.renderIfRequested(MIMEType.TEXT_PLAIN, () -> sparse(array));
      return;
    }
    Numbers numbers = Numbers.of(array);
    String text = text(head(array), array, numbers);
    context.renderIfRequested(MIMEType.TEXT_PLAIN, () -> text);
    boolean asked =
        context.wantsDataRenderedAs(MIMEType.TEXT_HTML)
            || context.wantsDataRenderedAs(MIMEType.IMAGE_PNG);
    if (asked && array.size() > MAX_VALUES) {
      TensorPicture.of(array, numbers).ifPresent(p -> picture(p, text, context));
    }
  }

  private static void picture(TensorPicture p, String text, RenderContext context) {
    context.renderIfRequested(
        MIMEType.TEXT_HTML,
        () ->
            "<pre>"
                + Html.escape(text)
                + "</pre>"
                + Pictures.html(p.picture(), p.zoom())
                + "<br><small>"
                + Html.escape(p.note())
                + "</small>");
    context.renderIfRequested(MIMEType.IMAGE_PNG, () -> Pictures.png(p.picture()));
  }

  private static boolean numeric(DataType type) {
    return type != DataType.STRING && type != DataType.COMPLEX64 && type != DataType.UNKNOWN;
  }

  private static String list(NDList list) {
    StringBuilder out = new StringBuilder("NDList of " + list.size());
    for (NDArray array : list) {
      out.append('\n').append(head(array));
    }
    return out.toString();
  }

  private static String head(NDArray array) {
    if (array.isReleased()) {
      return "NDArray, closed: its memory was given back";
    }
    String name = array.getName() == null ? "" : " " + array.getName();
    DataType type = array.getDataType();
    StringBuilder out = new StringBuilder("NDArray" + name + " " + array.getShape());
    out.append(' ').append(type.toString().toLowerCase(Locale.ROOT));
    if (type
        != DataType.STRING) { // strings have no native array, and asking for its device crashes
      out.append(' ').append(array.getDevice().toString().replace("()", ""));
      out.append(array.isSparse() ? " sparse" : "");
    }
    return out.toString();
  }

  private static String strings(NDArray array) {
    String head = head(array);
    if (array.size() == 0 || array.size() > MAX_VALUES) {
      return head;
    }
    List<String> shown = new ArrayList<>();
    for (String each : array.toStringArray(StandardCharsets.UTF_8)) {
      shown.add(each == null ? "null" : '"' + each + '"');
    }
    return head + '\n' + nested(shown, array.getShape().getShape(), 0, 0, shown.size(), "");
  }

  /** A large one is not looked into: that would take the memory of a dense one. */
  private static String sparse(NDArray array) {
    if (array.size() > MAX_VALUES) {
      return head(array);
    }
    try (NDArray dense = array.toDense()) {
      return text(head(array), dense, Numbers.of(dense));
    }
  }

  private static String text(String head, NDArray array, Numbers numbers) {
    StringBuilder out = new StringBuilder(head);
    out.append('\n').append(numbers.line(array.size()));
    if (array.size() <= MAX_VALUES) {
      List<String> shown = new ArrayList<>();
      for (double v : Numbers.values(array)) {
        shown.add(number(v, array.getDataType()));
      }
      long[] shape = array.getShape().getShape();
      out.append('\n').append(nested(shown, shape, 0, 0, shown.size(), ""));
    }
    return out.toString();
  }

  private static String number(double value, DataType type) {
    if (type.isBoolean()) {
      return value == 0 ? "false" : "true";
    }
    return type.isFloating() ? Html.number(value) : Long.toString((long) value);
  }

  private static String nested(
      List<String> values, long[] shape, int axis, int from, int to, String indent) {
    if (shape.length == 0) {
      return values.get(0);
    }
    if (axis == shape.length - 1) {
      return "[" + String.join(", ", values.subList(from, to)) + "]";
    }
    int step = (int) ((to - from) / Math.max(1, shape[axis]));
    List<String> rows = new ArrayList<>();
    for (int at = from; at < to; at += step) {
      rows.add(nested(values, shape, axis + 1, at, at + step, indent + " "));
    }
    return "[" + String.join(",\n " + indent, rows) + "]";
  }
}
