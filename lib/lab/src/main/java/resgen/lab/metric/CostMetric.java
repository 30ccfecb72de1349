package resgen.lab.metric;

import java.util.List;
import resgen.codec.Media;

/** What sampling took: seconds to generate tokens, seconds to decode them, network calls. */
public final class CostMetric<X extends Media<X>> implements Metric<X> {

  @Override
  public String name() {
    return "generate_seconds";
  }

  @Override
  public String definition() {
    return "Wall-clock seconds for the tokens of all samples and for decoding them, which other"
        + " work on the machine lengthens, and how many times in sequence the network is called"
        + " for each sample.";
  }

  @Override
  public List<Measured> measure(Evidence<X> e) {
    return instantly(e);
  }

  @Override
  public List<Measured> instantly(Evidence<X> e) {
    Report.Cost cost = e.cost();
    int n = Math.max(1, e.samples());
    return List.of(
        Measured.of(
            name(), "seconds to generate", cost.generateSeconds(), each(cost.generateSeconds(), n)),
        Measured.of(
            "decode_seconds",
            "seconds to decode",
            cost.decodeSeconds(),
            each(cost.decodeSeconds(), n)),
        Measured.of(
            "network_calls", "network calls", cost.networkCalls(), "in sequence, for each sample"));
  }

  private static String each(double seconds, int samples) {
    return Measured.format("%.2f ms a sample", 1000 * seconds / samples);
  }
}
