package resgen.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import resgen.Samples;
import resgen.codec.DataSet;
import resgen.codec.Extraction;
import resgen.codec.Extractor;
import resgen.codec.Features;
import resgen.codec.Media;
import resgen.lab.metric.Evidence;
import resgen.lab.metric.Measured;
import resgen.lab.metric.Metric;
import resgen.lab.metric.PixelMeans;
import resgen.lab.metric.Report;
import resgen.noise.Noise;
import resgen.sample.Sampling;
import resgen.token.Codes;
import resgen.token.Condition;

/** What is neither an image nor a sound is measured by a benchmark of its own. */
class NeutralMediaTest {

  /** Points of the plane, in two classes: left and right. */
  private record Points(float[][] points, int[] classes) implements Media<Points> {

    static Points of(int count, double shift, long seed) {
      Noise.Stream noise = Noise.of(seed).stream(0);
      float[][] points = new float[count][2];
      int[] classes = new int[count];
      for (int i = 0; i < count; i++) {
        classes[i] = i % 2;
        points[i][0] = (float) (noise.nextGaussian() / 4 + (classes[i] == 0 ? -2 : 2));
        points[i][1] = (float) (noise.nextGaussian() + shift);
      }
      return new Points(points, classes);
    }

    @Override
    public int size() {
      return points.length;
    }

    @Override
    public String name() {
      return "points";
    }

    @Override
    public String fingerprint() {
      return Integer.toHexString(Arrays.deepHashCode(points));
    }

    @Override
    public String shape() {
      return "2";
    }

    @Override
    public Condition conditions() {
      return new Condition.Classes(classes, List.of("left", "right"));
    }

    @Override
    public Points subset(int... indices) {
      float[][] chosen = new float[indices.length][];
      int[] of = new int[indices.length];
      for (int i = 0; i < indices.length; i++) {
        chosen[i] = points[indices[i]];
        of[i] = classes[indices[i]];
      }
      return new Points(chosen, of);
    }

    @Override
    public Points and(List<Points> others) {
      throw new UnsupportedOperationException("not needed here");
    }

    @Override
    public BufferedImage preview() {
      throw new UnsupportedOperationException("points have no picture");
    }
  }

  /** The points themselves; the sign of the first coordinate is their class. */
  private static final class Plane implements Extractor<Points> {
    private boolean closed;

    @Override
    public String name() {
      return "plane";
    }

    @Override
    public String hash() {
      return "0123456789ab";
    }

    @Override
    public String metric() {
      return "FD-Plane";
    }

    @Override
    public int dimension() {
      return 2;
    }

    @Override
    public List<String> classNames() {
      return List.of("left", "right");
    }

    @Override
    public String preparation(Points media) {
      return "as they are";
    }

    @Override
    public Extraction extract(Points media) {
      float[][] scores = new float[media.size()][];
      Arrays.setAll(scores, i -> new float[] {-media.points()[i][0], media.points()[i][0]});
      return new Extraction(Features.of(media.points()), Optional.of(Features.of(scores)));
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  /** How far the samples' mean is from the reference's, a metric of this medium alone. */
  private static final class Shift implements Metric<Points> {
    @Override
    public String name() {
      return "shift";
    }

    @Override
    public String definition() {
      return "The distance of the means.";
    }

    @Override
    public List<Measured> measure(Evidence<Points> e) {
      double[] real = e.reference().moments().mean();
      double sum = 0;
      for (int i = 0; i < e.samples(); i++) {
        sum += e.features().get(i, 1) / e.samples();
      }
      return List.of(Measured.of(name(), "shift of the mean", sum - real[1], ""));
    }
  }

  private static final Points TRAIN = Points.of(400, 0, 1);

  private static Evaluation.Subject generator(double shift) {
    return new Evaluation.Subject(
        "a generator of points",
        "fp32",
        null,
        (labels, settings, listener) -> {
          Points made = Points.of(labels.size(), shift, 2);
          listener.made(made.size(), made);
          Codes none = Codes.of(new int[made.size()], 1, 1);
          return new Samples(made, none, settings, 3, 0.5, 0.25, List.of(), false);
        });
  }

  @Test
  void aBenchmarkMeasuresPointsByTheirOwnExtractorAndMetrics() {
    Plane plane = new Plane();
    List<Metric<Points>> metrics =
        new ArrayList<>(Metric.named(List.of("distance", "recall", "class_accuracy")));
    metrics.add(new Shift());
    Benchmark<Points> benchmark =
        new Benchmark<>(
            "points",
            DataSet.of("points", () -> TRAIN, () -> Points.of(50, 0, 3)),
            () -> plane,
            metrics);

    Report near = generator(0).by(benchmark, 200, Sampling.steps(2));
    Report far = generator(1.5).by(benchmark, 200, Sampling.steps(2));

    assertTrue(plane.closed);
    assertEquals(
        List.of("distance", "recall", "class_accuracy", "shift"),
        near.values().stream().map(Measured::metric).toList());
    assertTrue(near.value("distance").orElseThrow() < 0.1);
    assertEquals(2.25, far.value("distance").orElseThrow(), 0.5);
    assertEquals(1.5, far.value("shift").orElseThrow() - near.value("shift").orElseThrow(), 1e-5);
    assertEquals(1, near.value("class_accuracy").orElseThrow());
    assertEquals("FD-Plane", near.protocol().metric());
    assertEquals(
        "shift",
        near.outcome("e", "c", Map.of()).values().get(3).metric(),
        "a metric of one's own is a row of results like any other");
  }

  @Test
  void mediaOfAnotherTypeAreRefused() {
    Evaluation<?> wrong =
        generator(0).against(Patterns.of(20, 28, 1)).extractor(new PixelMeans("pixels"));
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, wrong::run);
    assertTrue(e.getMessage().contains("makes Points of 2, but patterns has Images"), e.toString());
  }
}
