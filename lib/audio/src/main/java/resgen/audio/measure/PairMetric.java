package resgen.audio.measure;

import java.util.List;
import resgen.audio.Clip;
import resgen.audio.MelSettings;

/** A number of a clip beside the clip that it should be like. */
public interface PairMetric {

  /** Its id in results, as {@code mel_l1}. */
  String name();

  /** Unit and definition, in a line. */
  String definition();

  /**
   * Measures.
   *
   * @return not a number where there is nothing to measure, as the pitch of what has none
   */
  double measure(Clip reference, Clip other);

  /** Those that compare a codec's sound with its input, frame by frame. */
  static List<PairMetric> ofCodecs(MelSettings mel) {
    return List.of(
        new MelDistance(mel),
        new CepstralDistortion(mel, false),
        new SpectralDistance(mel),
        new Intelligibility(false),
        new Intelligibility(true),
        new PitchError(),
        new VoicingError());
  }
}
