package resgen.audio;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;

/**
 * WAV files (RIFF): integer samples of 8, 16, 24 and 32 bits, floating-point ones of 32 and 64, one
 * to eight channels, with a plain or an extensible format chunk. Other chunks are passed over.
 */
final class Wav {

  private static final int PCM = 1;
  private static final int FLOAT = 3;
  private static final int EXTENSIBLE = 0xFFFE;
  private static final Map<Integer, String> OTHERS =
      Map.of(2, "ADPCM", 6, "A-law", 7, "µ-law", 0x11, "IMA ADPCM", 0x50, "MPEG", 0x55, "MP3");

  private Wav() {}

  /** What the format chunk says. */
  private record Format(int coding, int channels, int rate, int bytes) {}

  /** Whether bytes begin like such a file. */
  static boolean is(byte[] bytes) {
    return bytes.length >= 12 && tag(bytes, 0).equals("RIFF") && tag(bytes, 8).equals("WAVE");
  }

  /**
   * Reads a file.
   *
   * @throws IllegalArgumentException saying what is wrong
   */
  static AudioFile read(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    Format format = null;
    int at = 12;
    while (at + 8 <= bytes.length) {
      String tag = tag(bytes, at);
      long size = Integer.toUnsignedLong(in.getInt(at + 4));
      int here = at + 8;
      if (size > bytes.length - here) {
        throw new IllegalArgumentException(
            "truncated: its chunk '%s' should have %,d bytes, and %,d are there"
                .formatted(tag, size, bytes.length - here));
      }
      if (tag.equals("fmt ")) {
        format = format(in, here, (int) size);
      } else if (tag.equals("data")) {
        if (format == null) {
          throw new IllegalArgumentException("its samples come before their format");
        }
        return samples(in.slice(here, (int) size).order(ByteOrder.LITTLE_ENDIAN), format);
      }
      at =
          (int) Math.min(bytes.length, here + size + (size & 1)); // chunks are padded to even sizes
    }
    throw new IllegalArgumentException("it has no chunk of samples ('data')");
  }

  private static String tag(byte[] bytes, int at) {
    return new String(bytes, at, 4, java.nio.charset.StandardCharsets.ISO_8859_1)
        .replaceAll("[^ -~]", "?");
  }

  private static Format format(ByteBuffer in, int at, int size) {
    if (size < 16) {
      throw new IllegalArgumentException("its format has " + size + " bytes, fewer than 16");
    }
    int coding = in.getShort(at) & 0xFFFF;
    if (coding == EXTENSIBLE) {
      if (size < 40) {
        throw new IllegalArgumentException(
            "its extensible format has " + size + " bytes, fewer than 40");
      }
      coding = in.getShort(at + 24) & 0xFFFF; // the first bytes of the sub-format's GUID
    }
    int channels = in.getShort(at + 2) & 0xFFFF;
    int rate = in.getInt(at + 4);
    int block = in.getShort(at + 12) & 0xFFFF;
    int bits = in.getShort(at + 14) & 0xFFFF;
    if (coding != PCM && coding != FLOAT) {
      throw new IllegalArgumentException(
          "its coding is %s; readable are integers and floating-point numbers"
              .formatted(OTHERS.getOrDefault(coding, "number " + coding)));
    }
    AudioFile.checkShape(channels, rate);
    boolean known =
        coding == PCM
            ? bits == 8 || bits == 16 || bits == 24 || bits == 32
            : bits == 32 || bits == 64;
    if (!known) {
      throw new IllegalArgumentException(
          "its %s have %d bits; readable are %s"
              .formatted(
                  coding == PCM ? "integers" : "floating-point numbers",
                  bits,
                  coding == PCM ? "8, 16, 24, 32" : "32, 64"));
    }
    if (block != channels * bits / 8) {
      throw new IllegalArgumentException(
          "its format contradicts itself: blocks of %d bytes for %d channels of %d bits"
              .formatted(block, channels, bits));
    }
    return new Format(coding, channels, rate, bits / 8);
  }

  private static AudioFile samples(ByteBuffer data, Format format) {
    int block = format.channels * format.bytes;
    if (data.remaining() % block != 0) {
      throw new IllegalArgumentException(
          "truncated: %,d bytes of samples are no whole number of blocks of %d"
              .formatted(data.remaining(), block));
    }
    int count = data.remaining() / block;
    float[][] channels = new float[format.channels][count];
    for (int i = 0; i < count; i++) {
      for (int c = 0; c < format.channels; c++) {
        int at = (i * format.channels + c) * format.bytes;
        channels[c][i] =
            format.coding == FLOAT
                ? format.bytes == 4 ? data.getFloat(at) : (float) data.getDouble(at)
                : integer(data, at, format.bytes);
      }
    }
    String what =
        "WAV, %d-bit %s".formatted(8 * format.bytes, format.coding == FLOAT ? "float" : "integer");
    return new AudioFile(channels, format.rate, what);
  }

  private static float integer(ByteBuffer data, int at, int bytes) {
    return switch (bytes) {
      case 1 -> ((data.get(at) & 0xFF) - 128) / 128f;
      case 2 -> data.getShort(at) / 32768f;
      case 3 -> ((data.getShort(at) & 0xFFFF) | data.get(at + 2) << 16) / 8388608f;
      default -> (float) (data.getInt(at) / 2147483648.0);
    };
  }

  /** The bytes of a file of one channel of 16-bit integers. */
  static byte[] pcm16(Clip clip) {
    ByteBuffer out = ByteBuffer.allocate(44 + 2 * clip.length()).order(ByteOrder.LITTLE_ENDIAN);
    header(out, clip.rate(), PCM, 2, clip.length());
    for (short x : clip.pcm16()) {
      out.putShort(x);
    }
    return out.array();
  }

  /** The bytes of a file of one channel of 32-bit floating-point numbers: nothing is rounded. */
  static byte[] float32(Clip clip) {
    ByteBuffer out = ByteBuffer.allocate(44 + 4 * clip.length()).order(ByteOrder.LITTLE_ENDIAN);
    header(out, clip.rate(), FLOAT, 4, clip.length());
    for (int i = 0; i < clip.length(); i++) {
      out.putFloat(clip.get(i));
    }
    return out.array();
  }

  private static void header(ByteBuffer out, int rate, int coding, int bytes, int count) {
    out.put(ascii("RIFF")).putInt(36 + bytes * count).put(ascii("WAVEfmt ")).putInt(16);
    out.putShort((short) coding).putShort((short) 1).putInt(rate).putInt(rate * bytes);
    out.putShort((short) bytes).putShort((short) (8 * bytes));
    out.put(ascii("data")).putInt(bytes * count);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
  }
}
