package resgen.torch;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.core.domain.properties.HasParameterTypes.Predicates.rawParameterTypes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.Buffer;
import org.junit.jupiter.api.Test;

@AnalyzeClasses(packages = "resgen", importOptions = ImportOption.DoNotIncludeTests.class)
class CopyTest {

  /** Both give an array a Java buffer as its storage, below autograd; libtorch warns of it. */
  @ArchTest
  static final ArchRule noArrayGetsAnotherStorage =
      noClasses()
          .should()
          .callMethodWhere(
              target(owner(JavaClass.Predicates.assignableTo(NDArray.class)))
                  .and(
                      target(name("copyTo"))
                          .or(target(name("set")).and(target(rawParameterTypes(Buffer.class))))
                          .or(target(name("set")).and(target(rawParameterTypes(float[].class))))));

  @Test
  void aCopyGoesIntoTheArraysOwnMemory() {
    try (NDManager manager = Torch.manager()) {
      NDArray whole = manager.zeros(new Shape(2, 2));
      Torch.requireGradient(whole);
      NDArray row = Torch.withGradients(false, () -> whole.get(1));
      Torch.withGradients(
          true,
          () -> {
            Torch.copy(manager.create(new float[] {3, 4}), row);
            return null;
          });
      assertArrayEquals(new float[] {0, 0, 3, 4}, whole.toFloatArray());
      Torch.copy(manager.create(new float[] {1, 2, 5, 6}, new Shape(2, 2)), whole);
      assertArrayEquals(new float[] {5, 6}, row.toFloatArray());
      assertTrue(whole.hasGradient());
    }
  }

  @Test
  void anotherShapeIsRefusedNotRepeated() {
    try (NDManager manager = Torch.manager()) {
      NDArray to = manager.zeros(new Shape(2, 2));
      NDArray from = manager.ones(new Shape(2));
      String message =
          assertThrows(IllegalArgumentException.class, () -> Torch.copy(from, to)).getMessage();
      assertTrue(message.contains("(2)") && message.contains("(2, 2)"), message);
      assertEquals(0, to.sum().getFloat());
    }
  }
}
