package resgen.vision;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import resgen.settings.Hashes;

/** What is done to the bytes of one image in CHW order; never in place. */
final class Pixels {
  private Pixels() {}

  /** Whether all channels, of so many pixels each, are equal. */
  static boolean isGrey(byte[] image, int plane) {
    return Arrays.mismatch(image, 0, image.length - plane, image, plane, image.length) < 0;
  }

  /**
   * The image in a frame of another size, shifted down by {@code top} and right by {@code left};
   * zeros where there is none of it.
   */
  static byte[] reframed(
      byte[] image, int height, int width, int newHeight, int newWidth, int top, int left) {
    int channels = image.length / (height * width);
    byte[] framed = new byte[channels * newHeight * newWidth];
    int columns = Math.min(width, newWidth);
    for (int c = 0; c < channels; c++) {
      for (int y = Math.max(0, top); y < Math.min(newHeight, top + height); y++) {
        int from = (c * height + y - top) * width + Math.max(0, -left);
        int to = (c * newHeight + y) * newWidth + Math.max(0, left);
        System.arraycopy(image, from, framed, to, columns);
      }
    }
    return framed;
  }

  /** A byte of 0..255 as a value of [-1, 1]. */
  static float normalized(byte value) {
    return (value & 0xFF) / 127.5f - 1f;
  }

  /** The nearest byte to a value of [-1, 1]; values outside are clamped, NaN becomes 0. */
  static byte denormalized(float value) {
    return (byte) Math.round(Math.min(255f, Math.max(0f, (value + 1f) * 127.5f)));
  }

  /** SHA-256 of the shape, then of each image's bytes and label; 64 hex digits. */
  static String sha256(int[] shape, byte[][] pixels, int[] labels) {
    MessageDigest digest = Hashes.digest();
    ByteBuffer number = ByteBuffer.allocate(4);
    for (int size : shape) {
      digest.update(number.putInt(0, size).array());
    }
    for (int i = 0; i < pixels.length; i++) {
      digest.update(pixels[i]);
      digest.update(number.putInt(0, labels[i]).array());
    }
    return Hashes.hex(digest);
  }

  /**
   * Refuses images and labels that do not fit.
   *
   * @param bytes of each image
   * @throws IllegalArgumentException naming the first that does not
   */
  static void check(String name, int bytes, byte[][] pixels, int[] labels, int classes) {
    if (pixels.length != labels.length) {
      throw new IllegalArgumentException(
          name + ": " + pixels.length + " images but " + labels.length + " labels");
    }
    for (int i = 0; i < pixels.length; i++) {
      if (pixels[i].length != bytes) {
        throw new IllegalArgumentException(
            name + ": image " + i + " has " + pixels[i].length + " bytes, expected " + bytes);
      }
      if (labels[i] < 0 || labels[i] >= classes) {
        throw new IllegalArgumentException(
            "%s: image %d has label %d, expected 0..%d".formatted(name, i, labels[i], classes - 1));
      }
    }
  }
}
