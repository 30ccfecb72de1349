package resgen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import resgen.noise.Noise;
import resgen.settings.DataHome;
import resgen.torch.SafeTensors;
import resgen.torch.WeightFile;
import resgen.vision.tokenizer.Tokenizer;

class ShippedCheckpointsTest {

  private static final int BLOCK = 4096;

  @Test
  void everyShippedFileHasChecksumsThatFit() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(DataHome.path("checkpoints"))) {
      files = all.filter(file -> file.toString().endsWith(".safetensors")).toList();
    }
    assertTrue(files.size() >= 11, files.toString());
    for (Path file : files) {
      byte[] bytes = Files.readAllBytes(file);
      int header = (int) ByteBuffer.wrap(bytes).order(java.nio.ByteOrder.LITTLE_ENDIAN).getLong();
      String text = new String(bytes, 8, header, StandardCharsets.UTF_8);
      assertTrue(text.contains("\"checksums\""), file.toString());
      SafeTensors.read(file);
    }
  }

  @Test
  void theTokenizersFileSaysItsFingerprint() {
    Path file = DataHome.path("checkpoints").resolve("fashion-rvq8.safetensors");
    try (Tokenizer tokenizer = Tokenizer.load("fashion-rvq8")) {
      assertEquals(tokenizer.fingerprint(), WeightFile.metadata(file).get("fingerprint"));
    }
  }

  /** Two hundred of its 897 blocks, each set to zero for itself, as a bad disk does. */
  @Test
  void noModelWithAZeroedBlockLoads(@TempDir Path folder) throws IOException {
    Path whole = DataHome.path("checkpoints").resolve("fashion-resgen.safetensors");
    Path damaged = Files.copy(whole, folder.resolve("damaged.safetensors"));
    byte[] bytes = Files.readAllBytes(whole);
    int[] blocks = Noise.of(1).stream(0).permutation((bytes.length - 1) / BLOCK);
    try (FileChannel channel = FileChannel.open(damaged, StandardOpenOption.WRITE)) {
      for (int block : Arrays.copyOf(blocks, 200)) {
        int at = block * BLOCK;
        channel.write(ByteBuffer.allocate(BLOCK), at);
        IllegalArgumentException e =
            assertThrows(IllegalArgumentException.class, () -> Generator.load(damaged.toString()));
        assertTrue(e.getMessage().contains(damaged.toString()), e.getMessage());
        channel.write(ByteBuffer.wrap(bytes, at, BLOCK), at);
      }
    }
    Generator.load(whole.toString()).close();
  }
}
