package resgen.audio.measure;

import resgen.audio.Clip;
import resgen.audio.MelSettings;
import resgen.audio.MelTransform;

/**
 * Mean absolute difference of log-mel spectrograms, in nats.
 *
 * @param mel settings of the spectrograms
 */
public record MelDistance(MelSettings mel) implements PairMetric {

  @Override
  public String name() {
    return "mel_l1";
  }

  @Override
  public String definition() {
    return "mean |Δ log-mel| in nats, frames that both have";
  }

  @Override
  public double measure(Clip reference, Clip other) {
    try (MelTransform transform = new MelTransform(mel)) {
      return transform.of(reference).l1(transform.of(other));
    }
  }
}
