package resgen.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process of its own, whose standard error libtorch writes to past Java's. */
class NnpackTest {

  /** A convolution of one image with one thread. */
  static final class Convolves {
    private Convolves() {}

    /** Prints the sum of 1 × 6 × 6 × 4 · 27 ones. */
    public static void main(String[] args) {
      Torch.threads(1);
      Kernel kernel =
          Kernel.of(
              "one convolution",
              "def forward(self, x: Tensor, w: Tensor) -> Tensor:\n  return torch.conv2d(x, w)\n");
      try (NDManager manager = Torch.manager()) {
        NDArray x = manager.ones(new Shape(1, 3, 8, 8));
        NDArray w = manager.ones(new Shape(4, 3, 3, 3));
        System.out.println(kernel.apply(x, w).sum().getFloat());
      }
    }
  }

  @Test
  void aConvolutionOfOneImageWarnsOfNothing(@TempDir Path dir) throws Exception {
    Path out = dir.resolve("out.txt");
    Path err = dir.resolve("err.txt");
    Process run =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dai.djl.offline=true",
                "-cp",
                System.getProperty("java.class.path"),
                Convolves.class.getName())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    try {
      assertTrue(run.waitFor(2, TimeUnit.MINUTES));
      String said = Files.readString(err);
      assertEquals(0, run.exitValue(), said);
      assertEquals("3888.0", Files.readString(out).strip());
      assertFalse(said.contains("NNPACK"), said);
    } finally {
      run.destroyForcibly();
    }
  }
}
