package resgen.vision.extract;

import java.util.Arrays;
import resgen.noise.Noise;

/**
 * Random variation of training images, a channel at a time: a shift by a few pixels, black coming
 * in from outside, and, sometimes, a rectangle erased to black (Zhong et al. 2017).
 */
final class ShiftAndErase {

  private static final float BLACK = -1;

  private ShiftAndErase() {}

  /**
   * Changes one image in place.
   *
   * @param pixels planes of {@code height × width} in [-1, 1], end to end
   * @param image which of them
   * @param shift largest shift either way
   * @param erase probability of erasing; the sides are 1/8 to 3/8 of the image's
   */
  static void apply(
      float[] pixels,
      int image,
      int height,
      int width,
      int shift,
      double erase,
      Noise.Stream stream) {
    int start = image * height * width;
    int down = stream.nextInt(2 * shift + 1) - shift;
    int right = stream.nextInt(2 * shift + 1) - shift;
    shift(pixels, start, height, width, down, right);
    if (stream.nextDouble() < erase) {
      int rows = height / 8 + stream.nextInt(Math.max(1, height / 4 + 1));
      int columns = width / 8 + stream.nextInt(Math.max(1, width / 4 + 1));
      int top = stream.nextInt(height - rows + 1);
      int left = stream.nextInt(width - columns + 1);
      for (int y = top; y < top + rows; y++) {
        int at = start + y * width + left;
        Arrays.fill(pixels, at, at + columns, BLACK);
      }
    }
  }

  private static void shift(float[] pixels, int start, int height, int width, int down, int right) {
    float[] before = Arrays.copyOfRange(pixels, start, start + height * width);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int fromY = y - down;
        int fromX = x - right;
        boolean inside = fromY >= 0 && fromY < height && fromX >= 0 && fromX < width;
        pixels[start + y * width + x] = inside ? before[fromY * width + fromX] : BLACK;
      }
    }
  }
}
