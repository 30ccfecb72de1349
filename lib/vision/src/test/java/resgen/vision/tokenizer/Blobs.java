package resgen.vision.tokenizer;

import java.util.List;
import resgen.noise.Noise;
import resgen.vision.Images;

/** Small made-up images: one bright rectangle each, of a class by its shape. */
final class Blobs {

  private Blobs() {}

  static Images of(int count, int side, long seed) {
    byte[][] pixels = new byte[count][side * side];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      Noise.Stream noise = Noise.of(seed).stream(i);
      int top = noise.nextInt(side / 2);
      int left = noise.nextInt(side / 2);
      labels[i] = noise.nextInt(2);
      int height = labels[i] == 0 ? side / 4 : side / 2;
      byte value = (byte) (100 + noise.nextInt(150));
      for (int y = top; y < top + height; y++) {
        java.util.Arrays.fill(pixels[i], y * side + left, y * side + left + side / 2, value);
      }
    }
    return Images.of("blobs", 1, side, side, pixels, labels, List.of("flat", "square"));
  }
}
