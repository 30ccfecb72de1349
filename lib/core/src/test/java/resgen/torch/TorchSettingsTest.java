package resgen.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import resgen.Managers;

@SuppressWarnings("try") // resources that only have to be open
class TorchSettingsTest {

  @Test
  void precisionIsReadFromItsSetting() {
    assertEquals(Precision.FP32, Precision.of("fp32"));
    assertEquals(Precision.BF16, Precision.of("bf16"));
    assertEquals("bf16", Precision.BF16.label());
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Precision.of("fp16"));
    assertEquals("precision 'fp16' is not one of fp32, bf16, auto", e.getMessage());
  }

  @Test
  void theProbeGivesAPrecisionAndLeavesNoArrays() {
    assertSame(Precision.of("auto"), Torch.fastest());
    try (NDManager manager = Torch.manager()) {
      Precision first = PrecisionProbe.fastest(manager); // compiles two kernels, which stay
      assertNotNull(first);
      assertTrue(Set.of(Precision.values()).contains(first));
      assertEquals(0, held(manager));
    }
  }

  @Test
  void tf32IsASettingOfItsOwn() {
    try {
      Torch.tf32(true);
      assertTrue(Torch.tf32());
    } finally {
      Torch.tf32(false);
    }
    assertFalse(Torch.tf32());
    System.setProperty(Tf32.PROPERTY, "yes");
    try {
      assertEquals(
          "tf32 'yes' is not one of on, off",
          assertThrows(IllegalArgumentException.class, Tf32::setting).getMessage());
    } finally {
      System.clearProperty(Tf32.PROPERTY);
    }
  }

  private static long held(NDManager manager) {
    long before = Managers.count();
    try (NDManager next = manager.newSubManager()) {
      return Managers.count() - before - 1;
    }
  }

  @Test
  void devicesAreReadFromTheirSetting() {
    assertEquals(Device.cpu(), Torch.device("cpu"));
    assertNotNull(Torch.device("auto"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"cuda", "", "gpu:", "gpu:-1", "gpu:a", "cpu:0", "gpu:99", "gpu:9999999999"})
  void aDeviceThatIsNotThereIsRefusedByName(String name) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Torch.device(name));
    assertTrue(e.getMessage().startsWith("device '" + name + "'"), e.getMessage());
  }

  @Test
  void threadsAreSetAndChecked() {
    Torch.threads(1);
    assertEquals(1, Torch.threads());
    assertThrows(IllegalArgumentException.class, () -> Torch.threads(0));
  }

  @Test
  void theGradientModeIsPutBackEvenOnAnError() {
    boolean before = Torch.recordsGradients();
    assertThrows(
        IllegalStateException.class,
        () ->
            Torch.withGradients(
                !before,
                () -> {
                  assertEquals(!before, Torch.recordsGradients());
                  throw new IllegalStateException();
                }));
    assertEquals(before, Torch.recordsGradients());
  }

  @Test
  void theSeedDecidesWhatTheEngineDraws() {
    try (NDManager manager = Torch.manager()) {
      float[][] draws = new float[3][];
      for (int i = 0; i < 3; i++) {
        Torch.seed(i / 2);
        draws[i] = manager.randomNormal(new Shape(8)).toFloatArray();
      }
      assertArrayEquals(draws[0], draws[1]);
      assertFalse(Arrays.equals(draws[0], draws[2]));
    }
  }

  @Test
  void aKernelRefusesArgumentsOfOtherTypesByName() {
    Kernel kernel =
        Kernel.compile(
            "identity", "def forward(self, x: Tensor) -> Tensor:\n  return x\n", Precision.FP32);
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> kernel.apply(new StringBuilder()));
    assertEquals(
        "kernel identity cannot take an argument of type java.lang.StringBuilder", e.getMessage());
    IllegalArgumentException none =
        assertThrows(IllegalArgumentException.class, () -> kernel.apply((Object) null));
    assertTrue(none.getMessage().contains("kernel identity"), none.getMessage());
    assertThrows(IllegalArgumentException.class, () -> Kernel.of("no such kernel"));
    assertSame(Kernel.of("linear"), Kernel.of("linear", Precision.FP32));
  }

  @Test
  void aTensorListIsUsedAgainAndAgainAndSharesItsArrays() {
    Kernel kernel =
        Kernel.compile(
            "grow",
            """
            def forward(self, x: Tensor) -> Tensor:
              return x
            def grow(self, xs: List[Tensor]) -> Tensor:
              torch._foreach_add_(xs, 1.0)
              return xs[0]
            """,
            Precision.FP32);
    try (NDManager manager = Torch.manager()) {
      NDArray a = manager.zeros(new Shape(2));
      NDArray b = manager.zeros(new Shape(3));
      try (TensorList list = new TensorList(List.of(a, b))) {
        assertEquals(2, list.size());
        for (int i = 0; i < 3; i++) {
          kernel.infer("grow", list).close();
        }
      }
      assertArrayEquals(new float[] {3, 3}, a.toFloatArray());
      assertArrayEquals(new float[] {3, 3, 3}, b.toFloatArray());
    }
  }

  @Test
  void deferredPiecesRunLastFirstAndAreClosed() {
    List<String> order = new ArrayList<>();
    for (String name : new String[] {"a", "b"}) {
      Deferred.add(piece(name, order));
    }
    try (NDManager manager = Torch.manager()) {
      NDArray x = manager.ones(new Shape(1));
      Torch.requireGradient(x);
      Torch.backward(Torch.withGradients(true, x::sum));
      assertEquals(List.of("run b", "close b", "run a", "close a"), order);
      Deferred.add(piece("c", order));
      Deferred.discard();
      assertEquals("close c", order.get(4));
      assertEquals(5, order.size());
    }
  }

  private static Deferred.Piece piece(String name, List<String> order) {
    return new Deferred.Piece() {
      @Override
      public void run() {
        order.add("run " + name);
      }

      @Override
      public void close() {
        order.add("close " + name);
      }
    };
  }
}
