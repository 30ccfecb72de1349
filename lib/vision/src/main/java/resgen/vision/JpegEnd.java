package resgen.vision;

/**
 * Finds the end of a JPEG stream by its structure (ITU-T T.81, annex B): segments with their
 * lengths, entropy-coded data up to the next marker, an end-of-image marker. What lies behind that
 * marker belongs to others: phones append films, cameras previews.
 */
final class JpegEnd {
  private static final int START_OF_IMAGE = 0xD8;
  private static final int END_OF_IMAGE = 0xD9;
  private static final int START_OF_SCAN = 0xDA;
  private static final int TEMPORARY = 0x01;
  private static final int RESTART_0 = 0xD0;
  private static final int RESTART_7 = 0xD7;

  private JpegEnd() {}

  /** Whether the bytes start as a JPEG stream. */
  static boolean isJpeg(byte[] bytes) {
    return bytes.length > 2 && at(bytes, 0) == 0xFF && at(bytes, 1) == START_OF_IMAGE;
  }

  /** Whether a JPEG stream that has a scan comes to its end within the bytes. */
  static boolean isReached(byte[] bytes) {
    boolean scanned = false;
    int at = 2;
    while (at + 1 < bytes.length) {
      if (at(bytes, at) != 0xFF) {
        at++; // entropy-coded data, or what decoders skip as well
        continue;
      }
      int marker = at(bytes, at + 1);
      if (marker == 0xFF) {
        at++; // a fill byte
      } else if (marker == END_OF_IMAGE) {
        return scanned;
      } else if (standsAlone(marker)) {
        at += 2;
      } else if (at + 3 < bytes.length) {
        scanned |= marker == START_OF_SCAN;
        at += 2 + Math.max(2, at(bytes, at + 2) << 8 | at(bytes, at + 3));
      } else {
        return false;
      }
    }
    return false;
  }

  /** Whether no length follows: a byte 0xFF of the data, a restart, and the like. */
  private static boolean standsAlone(int marker) {
    return marker == 0
        || marker == TEMPORARY
        || marker == START_OF_IMAGE
        || marker >= RESTART_0 && marker <= RESTART_7;
  }

  private static int at(byte[] bytes, int index) {
    return bytes[index] & 0xFF;
  }
}
