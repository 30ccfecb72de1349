package resgen.audio.measure;

import resgen.audio.Clip;

/** The share of frames that have voice in one clip and none in the other. */
public record VoicingError() implements PairMetric {

  @Override
  public String name() {
    return "voicing_error";
  }

  @Override
  public String definition() {
    return "share of frames with voice in one alone";
  }

  @Override
  public double measure(Clip reference, Clip other) {
    double[] a = Pitch.of(reference).hertz();
    double[] b = Pitch.of(other).hertz();
    int frames = Math.min(a.length, b.length);
    int wrong = 0;
    for (int f = 0; f < frames; f++) {
      wrong += a[f] > 0 != b[f] > 0 ? 1 : 0;
    }
    return frames == 0 ? Double.NaN : wrong / (double) frames;
  }
}
