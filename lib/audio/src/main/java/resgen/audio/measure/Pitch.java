package resgen.audio.measure;

import resgen.audio.Clip;

/**
 * The fundamental frequency of a clip every 10 ms, by YIN (de Cheveigné and Kawahara 2002): the
 * first dip of the normalised difference function below 0.15, refined by a parabola.
 *
 * @param hertz of each frame; 0 where there is no voice
 */
public record Pitch(double[] hertz) {

  private static final int RATE = 16_000;
  private static final int HOP = 160;
  private static final int WINDOW = 512;
  private static final int SHORTEST = RATE / 420; // periods in samples
  private static final int LONGEST = RATE / 60;
  private static final double DIP = 0.15;
  private static final double MOST = 0.3; // of the best period, if no dip is that deep
  private static final double QUIET = 1e-2; // of the loudest frame's magnitude, −40 dB

  public Pitch {
    hertz = hertz.clone();
  }

  /** Of each frame, a copy. */
  @Override
  public double[] hertz() {
    return hertz.clone();
  }

  /** The pitch of a clip. */
  public static Pitch of(Clip clip) {
    float[] x = clip.resample(RATE).samples();
    int frames = Math.max(0, (x.length - WINDOW - LONGEST - 1) / HOP + 1);
    double[] power = new double[frames];
    double loudest = 0;
    for (int f = 0; f < frames; f++) {
      for (int i = 0; i < WINDOW; i++) {
        power[f] += (double) x[f * HOP + i] * x[f * HOP + i];
      }
      loudest = Math.max(loudest, power[f]);
    }
    double[] hertz = new double[frames];
    for (int f = 0; f < frames; f++) {
      hertz[f] = power[f] > QUIET * QUIET * loudest ? frequency(x, f * HOP) : 0;
    }
    return new Pitch(hertz);
  }

  private static double frequency(float[] x, int from) {
    double[] normal = new double[LONGEST + 2]; // d'(τ) = d(τ)·τ / Σ_{1…τ} d
    double sum = 0;
    for (int lag = 1; lag < normal.length; lag++) {
      float difference = 0;
      for (int i = from; i < from + WINDOW; i++) {
        float d = x[i] - x[i + lag];
        difference += d * d;
      }
      sum += difference;
      normal[lag] = sum > 0 ? difference * lag / sum : 1;
    }
    int best = SHORTEST;
    for (int lag = SHORTEST; lag <= LONGEST; lag++) {
      if (normal[lag] < DIP) {
        best = lag;
        while (best < LONGEST && normal[best + 1] < normal[best]) {
          best++;
        }
        break;
      } else if (normal[lag] < normal[best]) {
        best = lag;
      }
    }
    if (normal[best] > MOST) {
      return 0;
    }
    double before = normal[best - 1];
    double after = normal[best + 1];
    double bend = before - 2 * normal[best] + after;
    double shift = bend > 0 ? 0.5 * (before - after) / bend : 0;
    return RATE / (best + Math.max(-0.5, Math.min(0.5, shift)));
  }

  /** The share of frames with voice. */
  public double voiced() {
    int count = 0;
    for (double f : hertz) {
      count += f > 0 ? 1 : 0;
    }
    return hertz.length == 0 ? 0 : count / (double) hertz.length;
  }

  /** Mean and standard deviation of ln F0 over frames with voice; not a number without any. */
  public double[] logStatistics() {
    double sum = 0;
    double squares = 0;
    int count = 0;
    for (double f : hertz) {
      if (f > 0) {
        sum += Math.log(f);
        squares += Math.log(f) * Math.log(f);
        count++;
      }
    }
    double mean = sum / count;
    return new double[] {mean, Math.sqrt(Math.max(0, squares / count - mean * mean))};
  }
}
