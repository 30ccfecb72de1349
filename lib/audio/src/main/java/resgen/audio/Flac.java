package resgen.audio;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.jflac.ChannelData;
import org.jflac.FLACDecoder;
import org.jflac.frame.Frame;
import org.jflac.metadata.StreamInfo;

/** FLAC files, decoded by jflac and checked against the checksum of the samples that they hold. */
final class Flac {

  private static final int SUM = 26; // where the header has the samples' MD5, 16 bytes

  private Flac() {}

  /** Whether bytes begin like such a file. */
  static boolean is(byte[] bytes) {
    return bytes.length >= SUM + 16
        && bytes[0] == 'f'
        && bytes[1] == 'L'
        && bytes[2] == 'a'
        && bytes[3] == 'C';
  }

  /**
   * Reads a file.
   *
   * @throws IllegalArgumentException saying what is wrong
   */
  static AudioFile read(byte[] bytes) {
    try {
      FLACDecoder decoder = new FLACDecoder(new ByteArrayInputStream(bytes));
      decoder.readMetadata();
      StreamInfo info = decoder.getStreamInfo();
      if (info == null) {
        throw new IllegalArgumentException("it has no stream header");
      }
      AudioFile.checkShape(info.getChannels(), info.getSampleRate());
      int[][] values = decode(decoder, info, bytes.length);
      check(values, info, Arrays.copyOfRange(bytes, SUM, SUM + 16));
      float[][] channels = new float[values.length][values[0].length];
      double scale = Math.scalb(1.0, 1 - info.getBitsPerSample());
      for (int c = 0; c < values.length; c++) {
        for (int i = 0; i < values[c].length; i++) {
          channels[c][i] = (float) (values[c][i] * scale);
        }
      }
      String what = "FLAC, %d-bit integer".formatted(info.getBitsPerSample());
      return new AudioFile(channels, info.getSampleRate(), what);
    } catch (IOException e) {
      throw new IllegalArgumentException("damaged: " + e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw e;
    } catch (RuntimeException e) { // the decoder's own word on bytes that it does not expect
      throw new IllegalArgumentException("damaged: " + e, e);
    }
  }

  private static int[][] decode(FLACDecoder decoder, StreamInfo info, int bytes)
      throws IOException {
    long total = info.getTotalSamples();
    if (total > 100_000L * bytes) {
      throw new IllegalArgumentException(
          "damaged: %,d samples cannot be in %,d bytes".formatted(total, bytes));
    }
    int[][] values = new int[info.getChannels()][(int) Math.max(total, 4096)];
    int count = 0;
    while (total == 0 || count < total) {
      Frame frame = decoder.readNextFrame();
      if (frame == null) {
        break;
      }
      int size = frame.header.blockSize;
      if (frame.header.channels != info.getChannels()) {
        throw new IllegalArgumentException("damaged: the number of channels changes");
      }
      for (int c = 0; c < values.length; c++) {
        ChannelData data = decoder.getChannelData()[c];
        if (count + size > values[c].length) {
          values[c] = Arrays.copyOf(values[c], Math.max(count + size, 2 * values[c].length));
        }
        System.arraycopy(data.getOutput(), 0, values[c], count, size);
      }
      count += size;
    }
    if (total > 0 && count != total) {
      throw new IllegalArgumentException(
          "truncated: it should have %,d samples, and %,d are there".formatted(total, count));
    }
    for (int c = 0; c < values.length; c++) {
      values[c] = Arrays.copyOf(values[c], count);
    }
    return values;
  }

  /** The checksum is over little-endian samples, channels by turns; all zero if there is none. */
  private static void check(int[][] values, StreamInfo info, byte[] expected) {
    int width = (info.getBitsPerSample() + 7) / 8;
    byte[] all = new byte[Math.multiplyExact(values.length * width, values[0].length)];
    int at = 0;
    for (int i = 0; i < values[0].length; i++) {
      for (int[] channel : values) {
        for (int b = 0; b < width; b++) {
          all[at++] = (byte) (channel[i] >> (8 * b));
        }
      }
    }
    try {
      byte[] found = MessageDigest.getInstance("MD5").digest(all);
      if (!Arrays.equals(expected, new byte[16]) && !Arrays.equals(expected, found)) {
        throw new IllegalArgumentException("damaged: its samples do not have its checksum");
      }
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has MD5", e);
    }
  }
}
