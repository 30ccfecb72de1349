package resgen.lab;

import java.util.List;
import resgen.noise.Noise;
import resgen.vision.Images;

/** Small made-up images: class 0 bright above, class 1 bright below, with noise. */
public final class Patterns {

  private Patterns() {}

  /** Grey images with the classes in turn. */
  public static Images of(int count, int side, long seed) {
    byte[][] pixels = new byte[count][side * side];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      Noise.Stream noise = Noise.of(seed).stream(i);
      labels[i] = i % 2;
      for (int at = 0; at < side * side; at++) {
        boolean bright = at / side < side / 2 == (labels[i] == 0);
        pixels[i][at] = (byte) (noise.nextInt(80) + (bright ? 120 : 20));
      }
    }
    return Images.of("patterns", 1, side, side, pixels, labels, List.of("above", "below"));
  }
}
