package resgen.kernel.render;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.dflib.jjava.jupyter.kernel.display.Renderer;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;

/** DJL's arrays: shape, type, device, statistics, and small ones in full. */
final class TensorRenderer {
  private static final long MAX_STATISTICS = 20_000_000;
  private static final long MAX_VALUES = 100;

  private TensorRenderer() {}

  static void register(Renderer renderer) {
    renderer
        .createRegistration(NDArray.class)
        .preferring(MIMEType.TEXT_PLAIN)
        .register((a, context) -> context.renderIfRequested(MIMEType.TEXT_PLAIN, () -> text(a)));
    renderer
        .createRegistration(NDList.class)
        .preferring(MIMEType.TEXT_PLAIN)
        .register((l, context) -> context.renderIfRequested(MIMEType.TEXT_PLAIN, () -> list(l)));
  }

  private static String list(NDList list) {
    StringBuilder out = new StringBuilder("NDList of " + list.size());
    for (NDArray array : list) {
      out.append('\n').append(head(array));
    }
    return out.toString();
  }

  private static String head(NDArray array) {
    String name = array.getName() == null ? "" : " " + array.getName();
    return "NDArray"
        + name
        + " "
        + array.getShape()
        + " "
        + array.getDataType().toString().toLowerCase(Locale.ROOT)
        + " "
        + array.getDevice().toString().replace("()", "");
  }

  private static String text(NDArray array) {
    StringBuilder out = new StringBuilder(head(array));
    if (array.size() == 0 || array.size() > MAX_STATISTICS) {
      return out.toString();
    }
    double[] values = values(array);
    out.append('\n').append(statistics(values));
    if (values.length <= MAX_VALUES) {
      List<String> shown = new ArrayList<>();
      for (double v : values) {
        shown.add(number(v, array.getDataType()));
      }
      long[] shape = array.getShape().getShape();
      out.append('\n').append(nested(shown, shape, 0, 0, shown.size(), ""));
    }
    return out.toString();
  }

  private static String number(double value, DataType type) {
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

  private static String statistics(double[] values) {
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    double sum = 0;
    double squares = 0;
    int finite = 0;
    for (double v : values) {
      if (Double.isFinite(v)) {
        min = Math.min(min, v);
        max = Math.max(max, v);
        sum += v;
        squares += v * v;
        finite++;
      }
    }
    if (finite == 0) {
      return "no finite value";
    }
    double mean = sum / finite;
    double deviation = Math.sqrt(Math.max(0, squares / finite - mean * mean));
    String bad = finite < values.length ? ", " + (values.length - finite) + " not finite" : "";
    return String.format(
        Locale.ROOT, "min %.4g, max %.4g, mean %.4g, std %.4g%s", min, max, mean, deviation, bad);
  }

  private static double[] values(NDArray array) {
    if (array.getDataType() == DataType.FLOAT64) {
      return array.toDoubleArray();
    }
    if (array.getDataType() == DataType.INT64) {
      long[] longs = array.toLongArray();
      double[] out = new double[longs.length];
      for (int i = 0; i < out.length; i++) {
        out[i] = longs[i];
      }
      return out;
    }
    try (NDArray floats = array.toType(DataType.FLOAT32, true)) {
      float[] from = floats.toFloatArray();
      double[] out = new double[from.length];
      for (int i = 0; i < out.length; i++) {
        out[i] = from[i];
      }
      return out;
    }
  }
}
