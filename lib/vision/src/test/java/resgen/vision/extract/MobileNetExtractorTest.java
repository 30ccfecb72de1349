package resgen.vision.extract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import resgen.codec.Features;
import resgen.noise.Noise;
import resgen.torch.Torch;
import resgen.vision.Images;

class MobileNetExtractorTest {

  private static final int SIZE = 32;
  private static final double EPSILON = 0.001;

  @TempDir private Path folder;

  private final StringBuilder layers = new StringBuilder();
  private final StringBuilder index = new StringBuilder();
  private final ByteBuffer weights = ByteBuffer.allocate(10_000).order(ByteOrder.LITTLE_ENDIAN);
  private final Noise.Stream noise = Noise.of(7).stream();
  private String previous = "input";

  @BeforeAll
  static void oneThread() {
    Torch.threads(1);
  }

  private void layer(String kind, String name, String config) {
    layers.append(
        String.format(
            Locale.ROOT,
            ",{\"class_name\":\"%s\",\"name\":\"%s\",\"inbound_nodes\":[[[\"%s\",0,0,{}]]],\"config\":{%s}}",
            kind,
            name,
            previous,
            config));
    previous = name;
  }

  private float[] weight(String name, int... shape) {
    int count = java.util.stream.IntStream.of(shape).reduce(1, Math::multiplyExact);
    index.append(
        String.format(
            Locale.ROOT,
            "%s{\"name\":\"%s\",\"shape\":%s,\"offset\":%d}",
            index.length() == 0 ? "" : ",",
            name,
            java.util.Arrays.toString(shape),
            weights.position() / 4));
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) noise.nextGaussian();
      if (name.endsWith("variance")) {
        values[i] = Math.abs(values[i]) + 0.5f;
      }
      weights.putFloat(values[i]);
    }
    return values;
  }

  private static String convolution(int stride) {
    return String.format(
        Locale.ROOT,
        "\"padding\":\"same\",\"strides\":[%d,%d],\"use_bias\":false,\"activation\":\"linear\"",
        stride,
        stride);
  }

  private void write() throws IOException {
    String topology =
        "{\"model_config\":{\"config\":{\"layers\":[{\"class_name\":\"InputLayer\",\"name\":\"input\",\"inbound_nodes\":[],\"config\":{}}"
            + layers
            + "]}}}";
    Files.writeString(folder.resolve("topology.json"), topology);
    Files.writeString(folder.resolve("index.json"), "[" + index + "]");
    Files.write(
        folder.resolve("weights.f32le.bin"),
        java.util.Arrays.copyOf(weights.array(), weights.position()));
  }

  private static Images image() {
    byte[] pixels = new byte[3 * SIZE * SIZE];
    Noise.Stream noise = Noise.of(11).stream();
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) noise.nextInt(256);
    }
    return Images.of("one", 3, SIZE, SIZE, new byte[][] {pixels}, new int[1], List.of("any"));
  }

  /** TensorFlow's 'same': pads before by the smaller half of what is needed. */
  private static double at(double[][][] x, int c, int y, int at) {
    return y < 0 || at < 0 || y >= x[c].length || at >= x[c].length ? 0 : x[c][y][at];
  }

  private interface Filter {
    double weight(int out, int in, int ky, int kx);
  }

  private static double[][][] convolve(
      double[][][] x, int out, int size, int stride, boolean depthwise, Filter filter) {
    int n = x[0].length;
    int small = (n + stride - 1) / stride;
    int before = Math.max(0, (small - 1) * stride + size - n) / 2;
    double[][][] y = new double[out][small][small];
    for (int o = 0; o < out; o++) {
      for (int r = 0; r < small; r++) {
        for (int c = 0; c < small; c++) {
          for (int i = depthwise ? o : 0; i < (depthwise ? o + 1 : x.length); i++) {
            for (int ky = 0; ky < size; ky++) {
              for (int kx = 0; kx < size; kx++) {
                y[o][r][c] +=
                    filter.weight(o, i, ky, kx)
                        * at(x, i, r * stride + ky - before, c * stride + kx - before);
              }
            }
          }
        }
      }
    }
    return y;
  }

  private static void normalize(double[][][] x, float[] g, float[] b, float[] m, float[] v) {
    for (int c = 0; c < x.length; c++) {
      for (double[] row : x[c]) {
        for (int i = 0; i < row.length; i++) {
          double z = (row[i] - m[c]) / Math.sqrt(v[c] + EPSILON) * g[c] + b[c];
          row[i] = Math.min(6, Math.max(0, z));
        }
      }
    }
  }

  @Test
  void aSmallNetworkEqualsPlainLoops() throws IOException {
    layer("Conv2D", "conv1", convolution(2));
    float[] k1 = weight("conv1/kernel", 3, 3, 3, 4);
    layer("BatchNormalization", "bn1", "\"epsilon\":0.001");
    float[][] n1 = {
      weight("bn1/gamma", 4), weight("bn1/beta", 4),
      weight("bn1/moving_mean", 4), weight("bn1/moving_variance", 4)
    };
    layer("Activation", "relu1", "\"activation\":\"relu6\"");
    layer("DepthwiseConv2D", "dw", convolution(2));
    float[] k2 = weight("dw/depthwise_kernel", 3, 3, 4, 1);
    layer("BatchNormalization", "bn2", "\"epsilon\":0.001");
    float[][] n2 = {
      weight("bn2/gamma", 4), weight("bn2/beta", 4),
      weight("bn2/moving_mean", 4), weight("bn2/moving_variance", 4)
    };
    layer("Activation", "relu2", "\"activation\":\"relu6\"");
    layer("Conv2D", "pw", convolution(1));
    float[] k3 = weight("pw/kernel", 1, 1, 4, 5);
    layer("GlobalAveragePooling2D", "pool", "");
    layer("Softmax", "never read", "");
    write();

    Images image = image();
    float[] values = image.normalized(0);
    double[][][] x = new double[3][SIZE][SIZE];
    for (int i = 0; i < values.length; i++) {
      x[i / SIZE / SIZE][i / SIZE % SIZE][i % SIZE] = values[i];
    }
    x = convolve(x, 4, 3, 2, false, (o, i, ky, kx) -> k1[((ky * 3 + kx) * 3 + i) * 4 + o]);
    normalize(x, n1[0], n1[1], n1[2], n1[3]);
    x = convolve(x, 4, 3, 2, true, (o, i, ky, kx) -> k2[(ky * 3 + kx) * 4 + i]);
    normalize(x, n2[0], n2[1], n2[2], n2[3]);
    x = convolve(x, 5, 1, 1, false, (o, i, ky, kx) -> k3[i * 5 + o]);
    try (MobileNetExtractor network = MobileNetExtractor.load(folder, SIZE)) {
      Features features = network.features(image);
      assertEquals(5, features.dimension());
      for (int c = 0; c < 5; c++) {
        double mean = 0;
        for (double[] row : x[c]) {
          mean += java.util.stream.DoubleStream.of(row).sum() / (8 * 8);
        }
        assertEquals(mean, features.get(0, c), 1e-4);
      }
      assertEquals("FD-MobileNet", network.metric());
    }
  }

  private String refusal() throws IOException {
    write();
    return assertThrows(IllegalArgumentException.class, () -> MobileNetExtractor.load(folder))
        .getMessage();
  }

  @Test
  void unknownLayersAreRefusedByName() throws IOException {
    layer("Conv2D", "conv1", convolution(2));
    weight("conv1/kernel", 3, 3, 3, 4);
    layer("Lambda", "strange", "");
    assertTrue(refusal().contains("layer strange is of unknown kind Lambda"));
  }

  @Test
  void otherPaddingIsRefused() throws IOException {
    layer("Conv2D", "conv1", convolution(2).replace("same", "valid"));
    weight("conv1/kernel", 3, 3, 3, 4);
    assertTrue(refusal().contains("layer conv1: only square kernels with 'same' padding"));
  }

  @Test
  void aMissingWeightIsNamed() throws IOException {
    layer("Conv2D", "conv1", convolution(2));
    assertTrue(refusal().contains("weight conv1/kernel is missing"));
  }

  @Test
  void weightsBeyondTheFileAreRefused() throws IOException {
    layer("Conv2D", "conv1", convolution(2));
    weight("conv1/kernel", 3, 3, 3, 4);
    weights.position(40);
    String message = refusal();
    assertTrue(message.contains("108 floats at 0 are not within the 10"), message);
  }

  @Test
  void numbersThatAreNotFiniteOrNotPossibleAreNamed() throws IOException {
    layer("Conv2D", "conv1", convolution(2));
    weight("conv1/kernel", 3, 3, 3, 4);
    layer("BatchNormalization", "bn1", "\"epsilon\":0.001");
    for (String name : List.of("gamma", "beta", "moving_mean", "moving_variance")) {
      weight("bn1/" + name, 4);
    }
    layer("GlobalAveragePooling2D", "pool", "");
    weights.putFloat(20, Float.NaN);
    String message = refusal();
    assertTrue(message.contains("weight conv1/kernel has the value NaN"), message);
    weights.putFloat(20, 1);
    weights.putFloat(weights.position() - 4, -1);
    message = refusal();
    assertTrue(message.contains("layer bn1 has the variance -1.0"), message);
    assertTrue(message.contains("channel 3"), message);
    String far = index.toString().replaceFirst("\"offset\":0", "\"offset\":9223372036854775807");
    index.replace(0, index.length(), far);
    message = refusal();
    assertTrue(message.contains("108 floats at 9223372036854775807"), message);
  }

  @Test
  void imagesFromAnotherSizeAreDescribed() throws IOException {
    layer("Conv2D", "conv1", convolution(2));
    weight("conv1/kernel", 3, 3, 3, 4);
    layer("GlobalAveragePooling2D", "pool", "");
    write();
    Images grey = Patterns.of(3, 28, 1);
    try (MobileNetExtractor network = MobileNetExtractor.load(folder)) {
      assertEquals("28×28, bilinear to 128×128, grey to RGB", network.preparation(grey));
      assertEquals(3, network.features(grey).count());
    }
  }

  /** With the real files, named by the property {@code resgen.mobilenet} or RESGEN_MOBILENET. */
  @Test
  void theRealNetworkTellsNoiseFromPicturesByMoreThanHalvesApart() {
    String given = System.getProperty("resgen.mobilenet", System.getenv("RESGEN_MOBILENET"));
    Assumptions.assumeTrue(given != null && Files.isDirectory(Path.of(given)));
    try (MobileNetExtractor network = MobileNetExtractor.load(Path.of(given), 64)) {
      assertEquals(768, network.dimension());
      double[] first = mean(network.features(Patterns.of(60, 32, 1)));
      double[] second = mean(network.features(Patterns.of(60, 32, 2)));
      double[] turned = mean(network.features(mirrored(Patterns.of(60, 32, 3)).padTo(48, 48)));
      double near = squaredDistance(first, second);
      double far = squaredDistance(first, turned);
      assertTrue(far > 3 * near, near + " and " + far);
    }
  }

  private static Images mirrored(Images images) {
    int w = images.width();
    byte[][] pixels = new byte[images.size()][];
    for (int i = 0; i < pixels.length; i++) {
      byte[] image = images.pixels(i);
      pixels[i] = image.clone();
      for (int j = 0; j < image.length; j++) {
        pixels[i][j] = image[j + w - 1 - 2 * (j % w)];
      }
    }
    return Images.of(
        "mirrored", 3, images.height(), w, pixels, images.labels(), images.classNames());
  }

  private static double[] mean(Features features) {
    double[] mean = new double[features.dimension()];
    for (int i = 0; i < features.count(); i++) {
      for (int f = 0; f < mean.length; f++) {
        mean[f] += (double) features.get(i, f) / features.count();
      }
    }
    return mean;
  }

  private static double squaredDistance(double[] a, double[] b) {
    double sum = 0;
    for (int f = 0; f < a.length; f++) {
      sum += (a[f] - b[f]) * (a[f] - b[f]);
    }
    return sum;
  }
}
