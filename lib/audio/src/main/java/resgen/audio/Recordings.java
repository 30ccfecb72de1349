package resgen.audio;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import resgen.noise.Noise;

/** The sounds of utterances in memory as 16-bit samples, for a training to take crops of. */
public final class Recordings {

  private static final float FULL = 32_768;

  private final List<short[]> sounds;

  private Recordings(List<short[]> sounds) {
    this.sounds = sounds;
  }

  /**
   * Reads all sounds of a speech at a rate in Hz.
   *
   * @throws CancellationException if interrupted; the interrupt stays set
   */
  public static Recordings of(Speech speech, int rate) {
    List<short[]> all = new ArrayList<>();
    for (int i = 0; i < speech.size(); i++) {
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException(
            "interrupted after reading %,d of %,d sounds".formatted(i, speech.size()));
      }
      all.add(speech.get(i).clip().resample(rate).pcm16());
    }
    return new Recordings(all);
  }

  /** How many there are. */
  public int size() {
    return sounds.size();
  }

  /** Samples of one. */
  public int length(int sound) {
    return sounds.get(sound).length;
  }

  /** The first samples of a sound, full scale 1; silence follows its end. */
  public float[] first(int sound, int count) {
    float[] values = new float[count];
    copy(sounds.get(sound), 0, values, 0, count);
    return values;
  }

  /**
   * A crop of each of chosen sounds; silence follows one that is shorter.
   *
   * @param places tells where crops begin
   * @return {@code [chosen, count]} in row order
   */
  public float[] crops(int[] chosen, int count, Noise.Stream places) {
    float[] values = new float[chosen.length * count];
    for (int i = 0; i < chosen.length; i++) {
      short[] sound = sounds.get(chosen[i]);
      int from = places.nextInt(Math.max(1, sound.length - count + 1));
      copy(sound, from, values, i * count, count);
    }
    return values;
  }

  private static void copy(short[] sound, int from, float[] into, int at, int count) {
    for (int t = 0; t < Math.min(count, sound.length - from); t++) {
      into[at + t] = sound[from + t] / FULL;
    }
  }
}
