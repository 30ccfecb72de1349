package resgen.vision;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/**
 * An array of unsigned bytes from a file in IDX format, the format of MNIST and Fashion-MNIST.
 *
 * <p>The file holds a big-endian magic number {@code 0x000008dd} (08: unsigned byte, dd: number of
 * dimensions), each dimension as an int32, then the bytes, the last dimension varying fastest. A
 * gzipped file is recognised by its first two bytes.
 *
 * @param shape the dimensions, outermost first
 * @param bytes the values; their number is the product of the dimensions
 */
public record Idx(int[] shape, byte[] bytes) {
  private static final int UNSIGNED_BYTE = 0x08;
  private static final int MAX_DIMENSIONS = 4;

  /**
   * Reads a file that must have so many dimensions.
   *
   * @throws BrokenFileException if the file is missing, truncated, too long, or not such an array
   */
  public static Idx read(Path file, int dimensions) {
    if (dimensions < 1 || dimensions > MAX_DIMENSIONS) {
      throw new IllegalArgumentException("dimensions must be 1..4, not " + dimensions);
    }
    if (!Files.isRegularFile(file)) {
      throw new BrokenFileException(file, "no such file; expected an IDX file");
    }
    try (DataInputStream in = new DataInputStream(open(file))) {
      return read(file, in, dimensions);
    } catch (EOFException e) {
      throw new BrokenFileException(file, "truncated within the header or the gzip stream", e);
    } catch (IOException e) {
      throw new BrokenFileException(file, "cannot be read: " + e.getMessage(), e);
    }
  }

  private static Idx read(Path file, DataInputStream in, int dimensions) throws IOException {
    int magic = in.readInt();
    int expected = UNSIGNED_BYTE << 8 | dimensions;
    if (magic != expected) {
      throw new BrokenFileException(
          file, String.format("magic number 0x%08x, expected 0x%08x", magic, expected));
    }
    int[] shape = new int[dimensions];
    long count = 1;
    for (int i = 0; i < dimensions; i++) {
      shape[i] = in.readInt();
      if (shape[i] < 0 || (shape[i] > 0 && count > Integer.MAX_VALUE / shape[i])) {
        throw new BrokenFileException(
            file, "dimension " + i + " is " + shape[i] + ", beyond what an array can hold");
      }
      count *= shape[i];
    }
    byte[] bytes = in.readNBytes((int) count);
    if (bytes.length < count) {
      throw new BrokenFileException(
          file,
          "truncated: "
              + bytes.length
              + " bytes after the header, expected "
              + count
              + " for shape "
              + Arrays.toString(shape));
    }
    if (in.read() >= 0) {
      throw new BrokenFileException(
          file, "longer than the " + count + " bytes expected for shape " + Arrays.toString(shape));
    }
    return new Idx(shape, bytes);
  }

  private static InputStream open(Path file) throws IOException {
    InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    in.mark(2);
    boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
    in.reset();
    try {
      return gzip ? new BufferedInputStream(new GZIPInputStream(in, 1 << 16), 1 << 16) : in;
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }
}
