package resgen.torch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Packs TorchScript source into the archive that libtorch loads: a zip with stored entries, a
 * pickle that instantiates the module class {@code K}, no constants, and the source itself.
 */
final class KernelArchive {

  /** The operator-set version whose signatures the kernels are written for. */
  private static final String VERSION = "10\n";

  private static final String HEADER =
      "class K(Module):\n  __parameters__ = []\n  __buffers__ = []\n  training : bool\n";

  private KernelArchive() {}

  /**
   * Builds an archive in memory.
   *
   * @param methods the method definitions, each starting at column 0 with {@code def name(self}
   */
  static byte[] of(String methods) {
    String body = methods.strip().replace("\n", "\n  ");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      store(zip, "k/data.pkl", pickle());
      store(zip, "k/code/__torch__.py", utf8(HEADER + "  " + body + "\n"));
      store(zip, "k/constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
      store(zip, "k/version", utf8(VERSION));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static byte[] pickle() {
    String key = "training";
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) 0x80, 2});
    out.writeBytes(utf8("c__torch__\nK\n"));
    out.writeBytes(new byte[] {')', (byte) 0x81, '}', '('});
    out.writeBytes(new byte[] {'X', (byte) key.length(), 0, 0, 0});
    out.writeBytes(utf8(key));
    out.writeBytes(new byte[] {(byte) 0x88, 'u', 'b', '.'});
    return out.toByteArray();
  }

  private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(content);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCompressedSize(content.length);
    entry.setCrc(crc.getValue());
    entry.setTime(0);
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
