package resgen.audio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import resgen.noise.Noise;

class AudioFileTest {

  @TempDir Path dir;

  static byte[] resource(String name) {
    try (InputStream in = AudioFileTest.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A WAV of two channels, k/8 and −k/8 for k = 0 … 4, and of a chunk of odd size before them. */
  private static byte[] wav(int coding, int bits, boolean extensible) {
    int bytes = bits / 8;
    int format = extensible ? 40 : 16;
    int data = 5 * 2 * bytes;
    ByteBuffer out =
        ByteBuffer.allocate(12 + 8 + 4 + 8 + format + 8 + data).order(ByteOrder.LITTLE_ENDIAN);
    out.put("RIFF".getBytes()).putInt(out.capacity() - 8).put("WAVE".getBytes());
    out.put("LIST".getBytes()).putInt(3).put(new byte[4]); // odd, so padded
    out.put("fmt ".getBytes()).putInt(format);
    out.putShort((short) (extensible ? 0xFFFE : coding)).putShort((short) 2).putInt(8000);
    out.putInt(8000 * 2 * bytes).putShort((short) (2 * bytes)).putShort((short) bits);
    if (extensible) {
      out.putShort((short) 22).putShort((short) bits).putInt(3).putShort((short) coding);
      out.put(
          new byte[] {
            0, 0, 0, 0, 0x10, 0, (byte) 0x80, 0, 0, (byte) 0xAA, 0, 0x38, (byte) 0x9B, 0x71
          });
    }
    out.put("data".getBytes()).putInt(data);
    for (int k = 0; k < 5; k++) {
      for (int sign = 1; sign >= -1; sign -= 2) {
        double x = sign * k / 8.0;
        if (coding == 3 && bits == 32) {
          out.putFloat((float) x);
        } else if (coding == 3) {
          out.putDouble(x);
        } else {
          long value = (long) (x * Math.scalb(1.0, bits - 1)) + (bits == 8 ? 128 : 0);
          for (int b = 0; b < bytes; b++) {
            out.put((byte) (value >> (8 * b)));
          }
        }
      }
    }
    return out.array();
  }

  @ParameterizedTest
  @CsvSource({"1, 8", "1, 16", "1, 24", "1, 32", "3, 32", "3, 64"})
  void everyFormIsRead(int coding, int bits) {
    for (boolean extensible : new boolean[] {false, true}) {
      AudioFile file = AudioFile.of(wav(coding, bits, extensible));
      assertEquals(8000, file.rate());
      assertArrayEquals(new float[] {0, 0.125f, 0.25f, 0.375f, 0.5f}, file.channels()[0]);
      assertArrayEquals(new float[] {0, -0.125f, -0.25f, -0.375f, -0.5f}, file.channels()[1]);
    }
  }

  @Test
  void whatIsWrittenIsReadBack() {
    Clip clip = Clip.read(written("bring.wav", resource("bring.wav")));
    Path path = dir.resolve("again.wav");
    clip.write(path);
    assertEquals(clip, Clip.read(path));
    Clip noise = Sounds.noise(22_050, 1001, 1);
    assertEquals(noise, AudioFile.of(Wav.float32(noise)).clip());
  }

  /** Both files were made of one sound by another program. */
  @Test
  void flacHasTheSamplesOfTheWav() {
    Clip flac = Clip.read(written("bring.flac", resource("bring.flac")));
    assertEquals(4000, flac.length());
    assertEquals(AudioFile.of(resource("bring.wav")).clip(), flac);
  }

  @Test
  void aDamagedFlacIsRefusedByItsChecksum() {
    byte[] bytes = resource("bring.flac");
    int refused = 0;
    for (int i = 0; i < 200; i++) {
      Noise.Stream stream = Noise.of(7).stream(i);
      byte[] broken = bytes.clone();
      broken[200 + stream.nextInt(broken.length - 200)] ^= (byte) (1 << stream.nextInt(8));
      try {
        AudioFile.of(broken);
      } catch (IllegalArgumentException e) {
        refused++;
      }
    }
    assertTrue(
        refused >= 190, refused + " of 200 were refused"); // a bit of padding may be harmless
  }

  /** Whatever the bytes, they are read or refused: no other error, and not all of memory. */
  @Test
  void athousandMutationsAreReadOrRefused() {
    List<byte[]> sound =
        List.of(wav(1, 16, false), wav(1, 24, true), wav(3, 32, true), wav(1, 8, false));
    int refused = 0;
    for (int i = 0; i < 1000; i++) {
      Noise.Stream stream = Noise.of(11).stream(i);
      byte[] bytes = sound.get(i % sound.size()).clone();
      for (int k = stream.nextInt(4); k >= 0; k--) {
        bytes[stream.nextInt(bytes.length)] = (byte) stream.nextLong();
      }
      if (stream.nextInt(4) == 0) {
        bytes = Arrays.copyOf(bytes, stream.nextInt(bytes.length));
      }
      try {
        AudioFile.of(bytes);
      } catch (IllegalArgumentException e) {
        refused++;
        assertTrue(e.getMessage() != null && !e.getMessage().isBlank());
      }
    }
    assertTrue(refused > 200 && refused < 1000, refused + " of 1000 were refused");
  }

  private Path written(String name, byte[] bytes) {
    try {
      return Files.write(dir.resolve(name), bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String refusal(String name, byte[] bytes) {
    Path path = written(name, bytes);
    String message =
        assertThrows(IllegalArgumentException.class, () -> Clip.read(path)).getMessage();
    assertTrue(message.startsWith(path.toString()), message);
    return message;
  }

  @Test
  void badFilesAreNamedWithTheirFault() {
    byte[] good = wav(1, 16, false);
    assertTrue(refusal("empty.wav", new byte[0]).contains("empty"));
    assertTrue(refusal("text.wav", "hello, this is text".getBytes()).contains("neither"));
    assertTrue(refusal("cut.wav", Arrays.copyOf(good, good.length - 3)).contains("truncated"));
    byte[] none = Arrays.copyOf(good, good.length - 20);
    ByteBuffer.wrap(none).order(ByteOrder.LITTLE_ENDIAN).putInt(none.length - 4, 0);
    assertTrue(refusal("none.wav", none).contains("0 samples"));
    byte[] nan = wav(3, 32, false);
    ByteBuffer.wrap(nan).order(ByteOrder.LITTLE_ENDIAN).putFloat(nan.length - 4, Float.NaN);
    assertTrue(refusal("nan.wav", nan).contains("NaN"));
    byte[] silent = good.clone();
    Arrays.fill(silent, silent.length - 20, silent.length, (byte) 0);
    assertTrue(refusal("silent.wav", silent).contains("no sound"));
    byte[] direct = good.clone();
    Arrays.fill(direct, direct.length - 20, direct.length, (byte) 5);
    assertTrue(refusal("direct.wav", direct).contains("no sound"));
    byte[] coded = good.clone();
    coded[32] = 7;
    assertTrue(refusal("coded.wav", coded).contains("µ-law"));
    byte[] cut = resource("bring.flac");
    assertTrue(refusal("cut.flac", Arrays.copyOf(cut, cut.length / 2)).contains("cut.flac"));
    assertThrows(UncheckedIOException.class, () -> Clip.read(dir.resolve("absent.wav")));
  }

  @Test
  void remarksSayWhatAUserShouldKnow() {
    AudioFile file = AudioFile.of(wav(1, 16, false));
    List<String> remarks = file.remarks(16_000);
    assertEquals(
        List.of("resampled from 8,000 to 16,000 Hz", "the mean of its 2 channels"),
        remarks.subList(0, 2));
    AudioFile loud = AudioFile.of(Wav.pcm16(Sounds.sine(16_000, 1000, 440).gain(3)));
    assertTrue(loud.remarks(16_000).get(0).startsWith("clipped: "), loud.remarks(16_000) + "");
    AudioFile quiet = AudioFile.of(Wav.pcm16(Sounds.sine(16_000, 1000, 440).gain(0.01)));
    assertTrue(quiet.remarks(16_000).get(0).startsWith("very quiet"));
  }
}
