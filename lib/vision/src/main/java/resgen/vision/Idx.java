package resgen.vision;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.tukaani.xz.SeekableFileInputStream;
import org.tukaani.xz.SeekableXZInputStream;

/**
 * An array of unsigned bytes from a file in IDX format, the format of MNIST and Fashion-MNIST.
 *
 * <p>The file holds a big-endian magic number {@code 0x000008dd} (08: unsigned byte, dd: number of
 * dimensions), each dimension as an int32, then the bytes, the last dimension varying fastest. A
 * file compressed by gzip or xz is recognised by its first bytes.
 *
 * @param shape the dimensions, outermost first
 * @param bytes the values; their number is the product of the dimensions
 */
public record Idx(int[] shape, byte[] bytes) {
  /** The type of the values, as the magic number has it. */
  static final int UNSIGNED_BYTE = 0x08;

  private static final int MAX_DIMENSIONS = 4;
  private static final int GZIP = 0x1f8b;
  private static final int XZ = 0xfd37;
  private static final int XZ_MEMORY_KIB = 1 << 17;

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
      throw new BrokenFileException(file, "truncated within the header or the compressed data", e);
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

  /**
   * The same values with the last two dimensions exchanged: pictures row by row from pictures
   * column by column, and back.
   */
  public Idx transposed() {
    int[] turned = shape.clone();
    int rows = shape[shape.length - 2];
    int columns = shape[shape.length - 1];
    turned[shape.length - 2] = columns;
    turned[shape.length - 1] = rows;
    byte[] values = new byte[bytes.length];
    for (int at = 0; at < values.length; at += rows * columns) {
      for (int r = 0; r < rows; r++) {
        for (int c = 0; c < columns; c++) {
          values[at + c * rows + r] = bytes[at + r * columns + c];
        }
      }
    }
    return new Idx(turned, values);
  }

  /** The content of an xz file, its blocks in parallel; their checksums are compared. */
  private static byte[] unpacked(Path file) throws IOException {
    byte[] content;
    int blocks;
    try (SeekableXZInputStream xz = xz(file)) {
      if (xz.length() > Integer.MAX_VALUE - 8) {
        throw new IOException(xz.length() + " bytes unpacked, beyond what an array can hold");
      }
      content = new byte[(int) xz.length()];
      blocks = xz.getBlockCount();
    }
    try {
      IntStream.range(0, blocks).parallel().forEach(block -> unpack(file, block, content));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return content;
  }

  private static void unpack(Path file, int block, byte[] content) {
    try (SeekableXZInputStream xz = xz(file)) {
      xz.seekToBlock(block);
      int at = (int) xz.getBlockPos(block);
      new DataInputStream(xz).readFully(content, at, (int) xz.getBlockSize(block));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static SeekableXZInputStream xz(Path file) throws IOException {
    return new SeekableXZInputStream(new SeekableFileInputStream(file.toFile()), XZ_MEMORY_KIB);
  }

  private static InputStream open(Path file) throws IOException {
    InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    in.mark(2);
    int magic = in.read() << 8 | in.read();
    in.reset();
    try {
      return switch (magic) {
        case GZIP -> new BufferedInputStream(new GZIPInputStream(in, 1 << 16), 1 << 16);
        case XZ -> {
          in.close();
          yield new ByteArrayInputStream(unpacked(file));
        }
        default -> in;
      };
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }
}
