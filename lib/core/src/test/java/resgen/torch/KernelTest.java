package resgen.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

class KernelTest {

  private static final String SQUARES =
      """
      def twice(self, x: Tensor) -> Tensor:
        return x * 2.0
      def forward(self, xs: List[Tensor], power: int) -> Tensor:
        total = torch.zeros([], dtype=6)
        for x in xs:
          total = total + torch.sum(torch.pow(self.twice(x), power))
        return total
      def inPlace(self, xs: List[Tensor]) -> Tensor:
        torch._foreach_add_(xs, 1.0)
        return xs[0]
      """;

  @Test
  void gradientsFlowThroughListsScalarsAndHelperMethods() {
    try (NDManager manager = Torch.manager()) {
      NDArray a = manager.create(new float[] {1, 2, 3});
      NDArray b = manager.create(new float[] {-1});
      Torch.requireGradient(a);
      Torch.requireGradient(b);
      Kernel kernel = Kernel.compile("squares", SQUARES, Precision.FP32);
      NDArray sum = Torch.withGradients(true, () -> kernel.apply(List.of(a, b), 2));
      assertEquals(60f, sum.getFloat());
      Torch.backward(sum);
      assertArrayEquals(new float[] {8, 16, 24}, a.getGradient().toFloatArray());
      assertArrayEquals(new float[] {-8}, b.getGradient().toFloatArray());
    }
  }

  @Test
  void inferenceChangesArgumentsInPlace() {
    try (NDManager manager = Torch.manager()) {
      NDArray a = manager.zeros(new Shape(2));
      Kernel.compile("squares", SQUARES, Precision.FP32).infer("inPlace", new NDList(a));
      assertArrayEquals(new float[] {1, 1}, a.toFloatArray());
    }
  }

  @Test
  void sourceThatDoesNotCompileIsNamed() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                Kernel.compile(
                    "broken",
                    "def forward(self, x: Tensor) -> Tensor:\n  return y\n",
                    Precision.FP32));
    assertTrue(e.getMessage().contains("kernel broken") && e.getMessage().contains("y"));
  }
}
