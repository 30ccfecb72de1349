package resgen.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TorchTest {

  /** Closing an array must not free memory that a graph needs; DJL's own arrays fail here. */
  @Test
  void aGraphKeepsTheMemoryOfClosedArrays() {
    int size = 1 << 20;
    float[] ones = new float[size];
    Arrays.fill(ones, 1);
    try (NDManager manager = Torch.manager()) {
      NDArray weight = Torch.floats(manager, new float[] {3}, 1);
      Torch.requireGradient(weight);
      NDArray loss =
          Torch.withGradients(
              true,
              () -> {
                try (NDArray x = Torch.floats(manager, ones, size)) {
                  return x.mul(weight).sum();
                }
              });
      List<ByteBuffer> others = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        System.gc(); // collects the Java buffer, if it was lent
        others.add(fives(size));
      }
      Torch.withGradients(
          true,
          () -> {
            Torch.backward(loss);
            return null;
          });
      assertEquals(size, weight.getGradient().getFloat(0), 0f);
      assertEquals(20, others.size());
    }
  }

  /** The factor of DJL's own product with a number is lent memory and fails here. */
  @Test
  void aGraphKeepsTheFactorsOfItsScalings() {
    try (NDManager manager = Torch.manager()) {
      NDArray weight = Torch.floats(manager, new float[] {1}, 1);
      Torch.requireGradient(weight);
      NDArray loss =
          Torch.withGradients(
              true,
              () -> {
                NDArray sum = weight;
                for (int i = 0; i < 100; i++) {
                  sum = Torch.scale(sum, i % 2 == 0 ? 4 : 0.25);
                }
                return sum.sum();
              });
      List<ByteBuffer> others = new ArrayList<>();
      for (int i = 0; i < 20_000; i++) {
        if (i % 2000 == 0) {
          System.gc(); // collects Java buffers, if any were lent
        }
        others.add(fives(1));
      }
      Torch.withGradients(
          true,
          () -> {
            Torch.backward(loss);
            return null;
          });
      assertEquals(1, weight.getGradient().getFloat(0), 0f);
      assertEquals(20_000, others.size());
    }
  }

  private static ByteBuffer fives(int floats) {
    ByteBuffer buffer =
        ByteBuffer.allocateDirect(4 * floats).order(java.nio.ByteOrder.nativeOrder());
    for (int i = 0; i < floats; i++) {
      buffer.putFloat(4 * i, 5);
    }
    return buffer;
  }

  @Test
  void theDeviceInUseIsASetting() {
    String before = System.getProperty("resgen.device");
    try {
      System.setProperty("resgen.device", "cpu");
      assertEquals(ai.djl.Device.cpu(), Torch.device());
      try (var manager = Torch.manager()) {
        assertEquals(ai.djl.Device.cpu(), manager.getDevice());
      }
      System.setProperty("resgen.device", "gpu:999");
      assertThrows(IllegalArgumentException.class, Torch::manager);
    } finally {
      if (before == null) {
        System.clearProperty("resgen.device");
      } else {
        System.setProperty("resgen.device", before);
      }
    }
  }
}
