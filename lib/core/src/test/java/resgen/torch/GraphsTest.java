package resgen.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import com.sun.jna.NativeLibrary;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Steps that are captured and replayed, and the way to libtorch's own functions. */
class GraphsTest {

  private static NDArray vector(NDManager manager, float... values) {
    return Torch.floats(manager, values, values.length);
  }

  @Test
  void withoutCudaStepsRunEagerly() {
    try (NDManager manager = Torch.manager(Device.cpu());
        Graphs graphs = Graphs.on(manager)) {
      assertFalse(graphs.captures());
      int[] runs = {0};
      for (int i = 0; i < 5; i++) {
        graphs.run("a", () -> runs[0]++);
      }
      assertEquals(5, runs[0]);
      assertEquals(0, graphs.size());
      NDArray x = vector(manager, 1, 2);
      FixedArrays arrays = graphs.arrays("a", manager);
      assertTrue(arrays.put("x", x) == x); // nothing is copied
      assertEquals(Optional.of("steps run on the CPU"), CudaGraphs.missing(Device.cpu()));
    }
  }

  @Test
  void aKeyIsWarmedUpThenCapturedOnceAndReplayed() {
    try (RecordedGraphs recorded = RecordedGraphs.install();
        NDManager manager = Torch.manager(Device.cpu());
        Graphs graphs = Graphs.on(manager)) {
      NDArray x = vector(manager, 1);
      for (int i = 0; i < 7; i++) {
        graphs.run("a", () -> Torch.copy(Torch.scale(x, 2), x));
      }
      graphs.run("b", () -> Torch.copy(Torch.scale(x, 0.5), x));
      assertEquals(64, x.getFloat(0)); // every run counted once
      assertEquals(Graphs.WARM_UPS + 1, recorded.warmUps()); // another key begins anew
      assertEquals(1, recorded.captures());
      assertEquals(7 - Graphs.WARM_UPS, recorded.replays());
      assertEquals(1, graphs.size());
    }
  }

  @Test
  void newInputsInTheSameArraysGiveTheNumbersOfEagerRuns() {
    try (NDManager manager = Torch.manager(Device.cpu())) {
      for (boolean captured : new boolean[] {false, true}) {
        try (RecordedGraphs recorded = captured ? RecordedGraphs.install() : null;
            Graphs graphs = Graphs.on(manager)) {
          for (int i = 1; i <= 50; i++) {
            NDArray x = vector(manager, i, 2 * i, i % 3 + 1);
            NDList y = graphs.apply("f", x, in -> new NDList(in.mul(in).logSoftmax(0), in.sum()));
            float[] values = y.get(0).toFloatArray();
            assertArrayEquals(x.mul(x).logSoftmax(0).toFloatArray(), values, 0);
            assertEquals(3 * i + i % 3 + 1, y.get(1).getFloat());
            y.close();
          }
          NDArray wider = vector(manager, 1, 2, 3, 4); // another shape, another graph
          assertEquals(10, graphs.apply("f", wider, in -> new NDList(in.sum())).head().getFloat());
          assertEquals(captured ? 1 : 0, graphs.size());
          assertEquals(captured, recorded != null && recorded.replays() == 47);
        }
      }
    }
  }

  @Test
  void aStepThatReadsOrUploadsIsFound() {
    try (RecordedGraphs recorded = RecordedGraphs.install();
        NDManager manager = Torch.manager(Device.cpu());
        Graphs graphs = Graphs.on(manager)) {
      NDArray x = vector(manager, 1);
      Runnable reads = () -> Torch.number(x.sum());
      Runnable makes = () -> Torch.copy(Torch.longs(manager, 1L).toType(x.getDataType(), false), x);
      for (Runnable step : new Runnable[] {reads, makes}) {
        graphs.run(step, step);
        graphs.run(step, step);
        assertThrows(AssertionError.class, () -> graphs.run(step, step));
      }
    }
  }

  @Test
  void aNumberThatChangesIsFound() {
    try (RecordedGraphs recorded = RecordedGraphs.install();
        NDManager manager = Torch.manager(Device.cpu());
        Graphs graphs = Graphs.on(manager)) {
      NDArray x = vector(manager, 1);
      int[] factor = {1};
      Runnable step = () -> Torch.copy(Torch.scale(x, factor[0]++), x);
      for (int i = 0; i < Graphs.WARM_UPS + 1; i++) {
        graphs.run("a", step);
      }
      assertThrows(AssertionError.class, () -> graphs.run("a", step));
    }
  }

  @Test
  void anArrayThatIsReplacedIsFound() {
    try (RecordedGraphs recorded = RecordedGraphs.install();
        NDManager manager = Torch.manager(Device.cpu());
        Graphs graphs = Graphs.on(manager)) {
      NDArray[] x = {vector(manager, 1)};
      Runnable step = () -> Torch.copy(Torch.scale(x[0], 2), x[0]);
      for (int i = 0; i < Graphs.WARM_UPS + 1; i++) {
        graphs.run("a", step);
      }
      x[0] = vector(manager, 3);
      assertThrows(AssertionError.class, () -> graphs.run("a", step));
    }
  }

  @Test
  void whatCannotBeCapturedGoesOnEagerly() {
    try (RecordedGraphs recorded = RecordedGraphs.install();
        NDManager manager = Torch.manager(Device.cpu());
        Graphs graphs = Graphs.on(manager)) {
      recorded.refuse(new IllegalStateException("CUDA error: operation not permitted"));
      NDArray x = vector(manager, 1);
      for (int i = 0; i < 5; i++) {
        graphs.run("a", () -> Torch.copy(Torch.scale(x, 2), x));
      }
      assertEquals(32, x.getFloat(0)); // the failed capture's step was done, once
      assertFalse(graphs.captures());
    }
  }

  @Test
  void graphsAreClosedWithTheirOwner() {
    try (RecordedGraphs recorded = RecordedGraphs.install();
        NDManager manager = Torch.manager(Device.cpu())) {
      Graphs graphs = Graphs.on(manager);
      NDArray x = vector(manager, 1);
      for (int key = 0; key < 70; key++) { // more than are kept
        for (int i = 0; i < 3; i++) {
          graphs.run(key, () -> Torch.copy(x, x));
        }
      }
      assertEquals(70, recorded.captures());
      assertTrue(graphs.size() <= 64, "graphs " + graphs.size());
      NDArray kept = graphs.arrays("a", manager).put("x", x);
      graphs.close();
      assertEquals(70, recorded.closed());
      assertThrows(IllegalStateException.class, kept::sum);
    }
  }

  @Test
  void thePropertyTurnsThemOff() {
    System.setProperty(Graphs.PROPERTY, "off");
    try (RecordedGraphs recorded = RecordedGraphs.install();
        Graphs graphs = Graphs.on(Device.cpu())) {
      assertFalse(graphs.captures());
      System.setProperty(Graphs.PROPERTY, "on");
      String message =
          assertThrows(IllegalArgumentException.class, () -> Graphs.on(Device.cpu())).getMessage();
      assertEquals("graphs 'on' is not one of auto, off", message);
    } finally {
      System.clearProperty(Graphs.PROPERTY);
    }
  }

  @Test
  void loadedLibrariesAreFoundByTheBeginningOfTheirFilesName() {
    String maps =
        """
        7f10-7f20 r-xp 00000000 08:01 12 /usr/lib/libc.so.6
        7f20-7f30 r-xp 00000000 08:01 13 /opt/a b/libcudart-8774224f.so.12
        7f30-7f40 rw-p 00000000 00:00 0
        """;
    assertEquals(
        Optional.of("/opt/a b/libcudart-8774224f.so.12"), NativeLibraries.path(maps, "libcudart"));
    assertEquals(Optional.empty(), NativeLibraries.path(maps, "libtorch_cuda.so"));
    Torch.version();
    NativeLibrary torch = NativeLibraries.loaded("libtorch_cpu.so").orElseThrow();
    assertTrue(NativeLibraries.function(torch, "none", "_ZN2at13globalContextEv").isPresent());
    assertTrue(NativeLibraries.function(torch, "none").isEmpty());
  }

  /** As CUDA's streams and pools are: a struct of two words, by value. */
  @Test
  void twoWordsAreReturnedByValue() {
    NativeLibrary c = NativeLibraries.loaded("libc.so.6").orElseThrow();
    CudaGraphs.Words words =
        (CudaGraphs.Words)
            c.getFunction("ldiv").invoke(CudaGraphs.Words.class, new Object[] {17L, 5L});
    assertEquals(3, words.first);
    assertEquals(2, words.second);
  }
}
