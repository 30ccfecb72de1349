package resgen.lab.metric;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import resgen.codec.Extractor;
import resgen.settings.Json;

/**
 * How a number was measured; printed and stored with it.
 *
 * @param metric what was measured, for example "FD-Fashion"; "FID" only by {@link #FID_EXTRACTOR}
 * @param samples generated images
 * @param reference the real images compared with
 * @param extractor the network whose features were compared
 * @param image size and what was done to reach it, for example "28×28" or "256×256, centre crop"
 * @param sampler sampling settings as text
 * @param seeds the seeds of the samples
 * @param run where, when and how long
 */
public record Protocol(
    String metric,
    int samples,
    Reference reference,
    Network extractor,
    String image,
    String sampler,
    List<Long> seeds,
    Run run) {
  /** The one network whose Fréchet distance may be called FID. */
  public static final String FID_EXTRACTOR = Extractor.FID;

  /**
   * The real images.
   *
   * @param split data set and split, for example "fashion-mnist/test"
   * @param count how many of it
   */
  public record Reference(String split, int count) {}

  /**
   * The network.
   *
   * @param name what it is called; "none" for a metric without one
   * @param hash of its weights
   */
  public record Network(String name, String hash) {}

  /**
   * The circumstances.
   *
   * @param commit of the code
   * @param seconds from the first sample to the number
   * @param device for example "cpu, 2 threads, fp32"
   */
  public record Run(String commit, double seconds, String device) {}

  /** Checks that nothing is left out, and that nothing but FID is called FID. */
  public Protocol {
    Map.of(
            "metric", metric,
            "reference split", reference.split(),
            "extractor", extractor.name(),
            "extractor hash", extractor.hash(),
            "image", image,
            "sampler", sampler,
            "commit", run.commit(),
            "device", run.device())
        .forEach(Protocol::checkText);
    if (samples < 1 || reference.count() < 1) {
      throw new IllegalArgumentException(
          metric
              + ": samples and reference count must be at least 1: "
              + samples
              + ", "
              + reference.count());
    }
    if (!(run.seconds() >= 0)) {
      throw new IllegalArgumentException(metric + ": seconds must be 0 or more: " + run.seconds());
    }
    boolean calledFid = metric.toUpperCase(Locale.ROOT).startsWith("FID");
    if (calledFid && !extractor.name().equals(FID_EXTRACTOR)) {
      throw new IllegalArgumentException(
          metric
              + " by extractor "
              + extractor.name()
              + ": only a Fréchet distance by "
              + FID_EXTRACTOR
              + " is called FID");
    }
    seeds = List.copyOf(seeds);
  }

  private static void checkText(String name, String value) {
    if (value.isBlank()) {
      throw new IllegalArgumentException("a protocol without " + name);
    }
  }

  /**
   * What several numbers share, as keys and values in a fixed order, for results: all but the
   * sampler's settings, its seeds and the seconds.
   */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("metric", metric);
    map.put("samples", samples);
    map.put("reference", reference.split());
    map.put("reference_count", reference.count());
    map.put("extractor", extractor.name());
    map.put("extractor_hash", extractor.hash());
    map.put("image", image);
    map.put("commit", run.commit());
    map.put("device", run.device());
    return map;
  }

  /** The sampler's settings as an object of JSON; as they are if they are none. */
  public Object samplerSettings() {
    return sampler.startsWith("{") ? Json.read(sampler, Map.class) : sampler;
  }

  /** The seeds, with spaces between. */
  public String seedText() {
    return seeds.stream().map(String::valueOf).collect(Collectors.joining(" "));
  }

  /** In one line, to stand under a number. */
  public String oneLine() {
    return String.format(
        Locale.ROOT,
        "%s: %,d samples vs %s (%,d), %s #%s, %s, %s, seeds %s, commit %s, %.1f s on %s",
        metric,
        samples,
        reference.split(),
        reference.count(),
        extractor.name(),
        extractor.hash(),
        image,
        sampler,
        seeds,
        run.commit(),
        run.seconds(),
        run.device());
  }

  @Override
  public String toString() {
    return oneLine();
  }
}
