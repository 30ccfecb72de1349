package resgen;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import resgen.codec.Tokens;
import resgen.model.ConditionSpec;
import resgen.model.Family;
import resgen.model.GeneratorTraining;
import resgen.model.MadeUp;
import resgen.model.ModelSpec;
import resgen.model.Recipe;
import resgen.noise.Noise;
import resgen.quantize.Codebooks;
import resgen.sample.Sampling;
import resgen.sample.TokenSampler;
import resgen.token.Codes;
import resgen.token.Condition;
import resgen.token.Layout;
import resgen.torch.Torch;
import resgen.train.Listener;
import resgen.train.Trainer;

/**
 * No host in the loop of a step: a training step and a sampling step move nothing between Java's
 * memory and the device. Transfers are counted in {@link Torch}; that none bypass it is checked of
 * the compiled code.
 */
public class HostTransferTest {

  private static final int CLASSES = 3;

  public static Tokens tokens(NDManager manager) {
    Noise.Stream noise = Noise.of(1).stream(0);
    int codes = 8;
    float[] books = noise.gaussians(3 * codes * 4);
    int[] values = IntStream.range(0, 64 * 4 * 3).map(i -> noise.nextInt(codes)).toArray();
    int[] classes = IntStream.range(0, 64).map(i -> i % CLASSES).toArray();
    return Tokens.of(
        Codes.of(values, 4, 3),
        new Condition.Classes(classes, List.of("a", "b", "c")),
        new Layout.Grid(2, 2),
        Codebooks.of(manager, books, new float[] {1, 1, 1}, 3, codes, 4),
        Optional.empty(),
        "made up");
  }

  public static Recipe recipe(String label, Tokens tokens) {
    if (label.equals("vall-e")) {
      Recipe made = MadeUp.staged(tokens.spec());
      ModelSpec m = made.model();
      return made.model(
          new ModelSpec(
              m.tokens(),
              m.order(),
              m.backbone(),
              m.head(),
              new ConditionSpec.Classes(CLASSES),
              "fp32"));
    }
    String model = label.replace("-anchored", "");
    String preset = model.equals(label) ? "tiny" : "tiny-anchored";
    return Family.of(model).preset(preset).of(tokens.spec(), new ConditionSpec.Classes(CLASSES));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "resgen",
        "resgen-anchored",
        "direct-tokens",
        "depthwise-maskgit",
        "rq-transformer",
        "ar-resgen",
        "ar-resgen-anchored",
        "vall-e"
      })
  void aTrainingStepMovesNothing(String label) {
    try (NDManager manager = Torch.manager()) {
      Tokens tokens = tokens(manager);
      try (GeneratorTraining model =
              new GeneratorTraining(recipe(label, tokens), tokens, tokens, 1);
          Trainer trainer =
              new Trainer(
                  model, ResGen.training(100).batch(8), Optional.empty(), Listener.none())) {
        trainer.step(); // uploads rates and an epoch's order
        long before = Torch.transfers();
        for (int i = 0; i < 5; i++) {
          trainer.step();
        }
        assertEquals(0, Torch.transfers() - before);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"resgen", "resgen-anchored", "direct-tokens", "depthwise-maskgit"})
  void moreSamplingStepsMoveNotMore(String label) {
    for (Sampling way :
        List.of(
            Sampling.steps(4),
            Sampling.steps(4).guidance(0, 2).topP(0.9).reveal(resgen.mask.Reveal.RANDOM))) {
      assertEquals(transfers(label, way), transfers(label, way.withSteps(9)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rq-transformer", "ar-resgen", "ar-resgen-anchored"})
  void positionsMoveNothing(String label) {
    // A batch's upload of conditions and of sample numbers, reads of its codes and of whether its
    // numbers are finite.
    long one = transfers(label, Sampling.steps(2).guidance(1, 1).batchSize(6));
    long two = transfers(label, Sampling.steps(2).guidance(1, 1).batchSize(3));
    assertEquals(4, two - one);
  }

  private static long transfers(String label, Sampling way) {
    try (NDManager manager = Torch.manager()) {
      Tokens tokens = tokens(manager);
      try (GeneratorTraining model =
          new GeneratorTraining(recipe(label, tokens), tokens, tokens, 1)) {
        TokenSampler sampler = TokenSampler.of(model.model(), way, false);
        long before = Torch.transfers();
        sampler.sample(tokens.condition().range(0, 6), 0);
        return Torch.transfers() - before;
      }
    }
  }

  /** Everything that a step runs goes through {@link Torch} where it leaves the device. */
  @Test
  void noTransferBypassesTheCount() {
    List<String> reads =
        List.of(
            "toFloatArray",
            "toDoubleArray",
            "toLongArray",
            "toIntArray",
            "toBooleanArray",
            "toByteArray",
            "toByteBuffer",
            "toArray",
            "getFloat",
            "getDouble",
            "getLong",
            "getInt",
            "getBoolean",
            "set",
            "copyTo",
            "randomInteger");
    DescribedPredicate<JavaMethodCall> transfer =
        DescribedPredicate.describe(
            "move numbers between Java and the device",
            call -> {
              boolean array = call.getTargetOwner().isEquivalentTo(NDArray.class);
              boolean manager = call.getTargetOwner().isEquivalentTo(NDManager.class);
              boolean number =
                  call.getTarget().getRawParameterTypes().stream()
                      .anyMatch(type -> type.isEquivalentTo(Number.class));
              return array && (reads.contains(call.getName()) || number)
                  || manager && call.getName().equals("create");
            });
    noClasses()
        .that()
        .resideInAnyPackage(
            "resgen.noise..",
            "resgen.mask..",
            "resgen.head..",
            "resgen.model..",
            "resgen.sample..",
            "resgen.train..")
        .should()
        .callMethodWhere(transfer)
        .check(
            new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("resgen"));
  }

  @Test
  void theCountCounts() {
    try (NDManager manager = Torch.manager()) {
      long before = Torch.transfers();
      NDArray array = Torch.floats(manager, new float[] {1, 2}, 2);
      assertEquals("[1.0, 2.0]", Arrays.toString(Torch.read(array)));
      assertEquals(2, Torch.transfers() - before);
    }
  }
}
