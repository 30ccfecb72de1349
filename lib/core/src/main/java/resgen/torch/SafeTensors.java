package resgen.torch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reader and writer of safetensors files in plain Java: eight bytes of header length, a JSON
 * header, the tensors one after the other, all little-endian.
 *
 * <p>A file is untrusted input. {@link #read} checks everything before any tensor is looked at and
 * refuses what does not fit with an {@link IllegalArgumentException} that names file, tensor and
 * value. Tensors are memory-mapped and copied only when asked for.
 *
 * <p>What is written has a checksum of each tensor and of the header in its metadata, under {@value
 * TensorChecksums#KEY}, and reading compares them; other programs see one more entry of metadata.
 * Files without them, of other programs or from before, are read all the same.
 */
public final class SafeTensors {

  /** Element types that can be stored. Others (BF16, F64, ...) are refused on reading. */
  public enum DType {
    F32(4),
    /** Half precision, for small files; its bytes are for the engine to convert. */
    F16(2),
    I64(8),
    I32(4),
    U8(1),
    I8(1);

    private final int width;

    DType(int width) {
      this.width = width;
    }

    /** Bytes per element. */
    public int width() {
      return width;
    }
  }

  /** What a file holds: tensors by name, in the file's order, and the free-form metadata. */
  public record File(Map<String, Entry> tensors, Map<String, String> metadata) {

    public File {
      tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
      metadata = Collections.unmodifiableMap(new TreeMap<>(metadata));
    }

    /**
     * The tensor of that name.
     *
     * @throws IllegalArgumentException when there is none, listing what there is
     */
    public Entry tensor(String name) {
      Entry entry = tensors.get(name);
      if (entry == null) {
        throw new IllegalArgumentException(
            "no tensor '" + name + "'; the file holds " + tensors.keySet());
      }
      return entry;
    }
  }

  /** One tensor: type, shape and little-endian bytes in row-major order. Immutable. */
  public static final class Entry {
    private final DType dtype;
    private final long[] shape;
    private final ByteBuffer bytes;

    private Entry(DType dtype, long[] shape, ByteBuffer bytes) {
      this.dtype = dtype;
      this.shape = shape.clone();
      this.bytes = bytes.slice().asReadOnlyBuffer();
      long expected = SafeTensorsHeader.byteSize(dtype, shape);
      if (expected != this.bytes.remaining()) {
        throw new IllegalArgumentException(
            "shape "
                + Arrays.toString(shape)
                + " of "
                + dtype
                + " needs "
                + expected
                + " bytes, but there are "
                + this.bytes.remaining());
      }
    }

    /** Takes the remaining bytes of {@code littleEndian}; the buffer is not copied. */
    public static Entry of(DType dtype, long[] shape, ByteBuffer littleEndian) {
      return new Entry(dtype, shape, littleEndian);
    }

    public static Entry of(float[] values, long... shape) {
      ByteBuffer bytes = allocate(values.length, DType.F32);
      bytes.asFloatBuffer().put(values);
      return new Entry(DType.F32, shape, bytes);
    }

    public static Entry of(long[] values, long... shape) {
      ByteBuffer bytes = allocate(values.length, DType.I64);
      bytes.asLongBuffer().put(values);
      return new Entry(DType.I64, shape, bytes);
    }

    public static Entry of(int[] values, long... shape) {
      ByteBuffer bytes = allocate(values.length, DType.I32);
      bytes.asIntBuffer().put(values);
      return new Entry(DType.I32, shape, bytes);
    }

    /** Unsigned bytes, as {@link #bytes()} gives them. */
    public static Entry of(byte[] values, long... shape) {
      return new Entry(DType.U8, shape, ByteBuffer.wrap(values.clone()));
    }

    /** Signed bytes, as {@link #signedBytes()} gives them. */
    public static Entry ofSigned(byte[] values, long... shape) {
      return new Entry(DType.I8, shape, ByteBuffer.wrap(values.clone()));
    }

    public DType dtype() {
      return dtype;
    }

    public long[] shape() {
      return shape.clone();
    }

    /** Number of elements. */
    public int size() {
      return bytes.capacity() / dtype.width();
    }

    /** A fresh little-endian heap copy of the bytes, the caller's to keep and change. */
    public ByteBuffer data() {
      ByteBuffer copy = ByteBuffer.allocate(bytes.capacity()).order(ByteOrder.LITTLE_ENDIAN);
      return copy.put(bytes.duplicate()).flip();
    }

    /** The values, for F32 only. */
    public float[] floats() {
      float[] values = new float[size()];
      view(DType.F32).asFloatBuffer().get(values);
      return values;
    }

    /** The values, for I64 only. */
    public long[] longs() {
      long[] values = new long[size()];
      view(DType.I64).asLongBuffer().get(values);
      return values;
    }

    /** The values, for I32 only. */
    public int[] ints() {
      int[] values = new int[size()];
      view(DType.I32).asIntBuffer().get(values);
      return values;
    }

    /** The values, for U8 only. */
    public byte[] bytes() {
      byte[] values = new byte[size()];
      view(DType.U8).get(values);
      return values;
    }

    /** The values, for I8 only. */
    public byte[] signedBytes() {
      byte[] values = new byte[size()];
      view(DType.I8).get(values);
      return values;
    }

    /** The bytes as they lie there, read-only. */
    ByteBuffer raw() {
      return bytes.duplicate();
    }

    private ByteBuffer view(DType wanted) {
      if (dtype != wanted) {
        throw new IllegalArgumentException("tensor holds " + dtype + ", not " + wanted);
      }
      return bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    private static ByteBuffer allocate(int count, DType dtype) {
      int size = Math.multiplyExact(count, dtype.width());
      return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public String toString() {
      return dtype + Arrays.toString(shape);
    }
  }

  /** Bytes mapped at once: few mappings for many tensors, and none over 2 GiB. */
  private static final long WINDOW = 1L << 30;

  private SafeTensors() {}

  /**
   * Writes the tensors and the metadata, atomically. Tensors are ordered by element width (widest
   * first, so that each is aligned) and then by name; the same input gives the same bytes.
   *
   * @throws IllegalArgumentException when a tensor is called {@code __metadata__}, or metadata
   *     {@value TensorChecksums#KEY}
   * @throws UncheckedIOException when the file cannot be written
   */
  public static void write(Path path, Map<String, Entry> tensors, Map<String, String> metadata) {
    List<Map.Entry<String, Entry>> ordered = new ArrayList<>(tensors.entrySet());
    Comparator<Map.Entry<String, Entry>> byWidth =
        Comparator.comparingInt(e -> -e.getValue().dtype.width());
    ordered.sort(byWidth.thenComparing(Map.Entry::getKey));
    byte[] header =
        SafeTensorsHeader.toBytes(ordered, TensorChecksums.added(metadata, new TreeMap<>(tensors)));
    ByteBuffer head = ByteBuffer.allocate(8 + header.length).order(ByteOrder.LITTLE_ENDIAN);
    head.putLong(header.length).put(header).flip();
    AtomicFile.write(
        path,
        channel -> {
          AtomicFile.writeFully(channel, head.duplicate());
          for (Map.Entry<String, Entry> tensor : ordered) {
            AtomicFile.writeFully(channel, tensor.getValue().bytes.duplicate());
          }
        });
  }

  /**
   * Reads and checks a file. The tensors stay readable when the file is later replaced by an atomic
   * write. The metadata is without the checksums.
   *
   * @throws IllegalArgumentException when the file is not a well-formed safetensors file, or a
   *     tensor or the header is not as it was written
   * @throws UncheckedIOException when it cannot be read at all
   */
  public static File read(Path path) {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      SafeTensorsHeader header = SafeTensorsHeader.read(channel);
      Map<String, Entry> tensors = map(channel, header, WINDOW);
      return new File(tensors, TensorChecksums.checked(header.metadata(), tensors));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(path + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + path + ": " + e.getMessage(), e);
    }
  }

  /**
   * Reads the metadata of a file and nothing else of it: no checksum is compared.
   *
   * @throws IllegalArgumentException when the header is not well-formed
   * @throws UncheckedIOException when it cannot be read at all
   */
  public static Map<String, String> metadata(Path path) {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      return TensorChecksums.removed(SafeTensorsHeader.read(channel).metadata());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(path + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + path + ": " + e.getMessage(), e);
    }
  }

  /** Maps the data in windows of at least {@code window} bytes, and no tensor across two. */
  static Map<String, Entry> map(FileChannel channel, SafeTensorsHeader header, long window)
      throws IOException {
    Map<String, Entry> tensors = new LinkedHashMap<>();
    ByteBuffer mapped = ByteBuffer.allocate(0);
    long mappedAt = 0;
    for (SafeTensorsHeader.Slot slot : header.slots()) {
      if (slot.end() > mappedAt + mapped.capacity()) {
        mappedAt = slot.begin();
        long left = channel.size() - header.dataStart() - mappedAt;
        long size = Math.min(left, Math.max(window, slot.size()));
        mapped = channel.map(FileChannel.MapMode.READ_ONLY, header.dataStart() + mappedAt, size);
      }
      ByteBuffer bytes = mapped.slice((int) (slot.begin() - mappedAt), (int) slot.size());
      tensors.put(slot.name(), new Entry(slot.dtype(), slot.shape(), bytes));
    }
    return tensors;
  }
}
