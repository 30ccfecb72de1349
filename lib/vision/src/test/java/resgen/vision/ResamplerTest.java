package resgen.vision;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResamplerTest {

  private static byte[] resample(int[][] picture, Resampler.Box box, int size) {
    return Resampler.resample(
        (y, from, count) -> java.util.Arrays.copyOfRange(picture[y], from, from + count),
        picture[0].length,
        picture.length,
        box,
        size);
  }

  private static Resampler.Box all(int[][] picture) {
    return new Resampler.Box(0, 0, picture[0].length, picture.length);
  }

  /** The definition: every source pixel weighed by the filter's value at its distance, in 2-D. */
  private static double reference(
      int[][] picture, Resampler.Box box, int size, int channel, int row, int column) {
    double scaleX = box.width() / size;
    double scaleY = box.height() / size;
    double centreX = box.left() + (column + 0.5) * scaleX;
    double centreY = box.top() + (row + 0.5) * scaleY;
    double sum = 0;
    double weights = 0;
    for (int y = 0; y < picture.length; y++) {
      for (int x = 0; x < picture[0].length; x++) {
        double weight =
            lanczos3((x + 0.5 - centreX) / Math.max(1, scaleX))
                * lanczos3((y + 0.5 - centreY) / Math.max(1, scaleY));
        sum += weight * (picture[y][x] >> 8 * (2 - channel) & 0xFF);
        weights += weight;
      }
    }
    return Math.min(255, Math.max(0, sum / weights));
  }

  private static double lanczos3(double x) {
    if (x == 0) {
      return 1;
    }
    double a = Math.PI * x;
    return Math.abs(x) < 3 ? 3 * Math.sin(a) * Math.sin(a / 3) / (a * a) : 0;
  }

  @ParameterizedTest
  @CsvSource({"20,20,7", "9,9,32", "31,17,12", "5,40,16", "1,50,8", "33,33,32", "64,64,32"})
  void everyValueIsWithinOneOfTheDefinition(int width, int height, int size) {
    Random random = new Random(width);
    int[][] picture = new int[height][width];
    for (int[] row : picture) {
      for (int x = 0; x < width; x++) {
        row[x] = random.nextInt(1 << 24);
      }
    }
    int side = Math.min(width, height);
    Resampler.Box middle =
        new Resampler.Box((width - side) / 2.0, (height - side) / 2.0, side, side);
    for (Resampler.Box box : new Resampler.Box[] {all(picture), middle}) {
      byte[] scaled = resample(picture, box, size);
      for (int c = 0; c < 3; c++) {
        for (int y = 0; y < size; y++) {
          for (int x = 0; x < size; x++) {
            assertEquals(
                reference(picture, box, size, c, y, x),
                scaled[(c * size + y) * size + x] & 0xFF,
                0.51,
                box + ", channel " + c + ", row " + y + ", column " + x);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"64,32", "96,32", "32,256", "65,32", "100,48"})
  void aCentredSquareStaysCentredAndSymmetric(int from, int to) {
    int[][] picture = new int[from][from];
    int border = from / 4;
    for (int y = border; y < from - border; y++) {
      java.util.Arrays.fill(picture[y], border, from - border, 0xFFFFFF);
    }
    byte[] scaled = resample(picture, all(picture), to);
    double mass = 0;
    double moment = 0;
    for (int y = 0; y < to; y++) {
      for (int x = 0; x < to; x++) {
        int value = scaled[y * to + x] & 0xFF;
        mass += value;
        moment += value * (x + 0.5);
        assertEquals(value, scaled[y * to + to - 1 - x] & 0xFF, "mirrored, " + y + ", " + x);
        assertEquals(value, scaled[x * to + y] & 0xFF, "turned, " + y + ", " + x);
      }
    }
    assertEquals(to / 2.0, moment / mass, 1e-9);
  }

  @Test
  void aPictureOfTheWantedSizeKeepsItsValues() {
    int[][] picture = new int[8][8];
    byte[] expected = new byte[3 * 64];
    for (int i = 0; i < 64; i++) {
      picture[i / 8][i % 8] = i << 16 | 2 * i << 8 | 255 - i;
      expected[i] = (byte) i;
      expected[64 + i] = (byte) (2 * i);
      expected[128 + i] = (byte) (255 - i);
    }
    assertArrayEquals(expected, resample(picture, all(picture), 8));
  }

  @Test
  void onlyTheRowsThatTheFilterReachesAreRead() {
    int[] rows = new int[2]; // how many, and the first
    rows[1] = Integer.MAX_VALUE;
    Resampler.resample(
        (y, from, count) -> {
          rows[0]++;
          rows[1] = Math.min(rows[1], y);
          return new int[count];
        },
        1,
        20_000,
        new Resampler.Box(0, 9999.5, 1, 1),
        256);
    assertTrue(rows[0] <= 8 && rows[1] >= 9996, rows[0] + " from " + rows[1]);
  }
}
