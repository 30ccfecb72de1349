package resgen;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;

/** The order of the packages: a package uses those before it in the list, never one after it. */
@AnalyzeClasses(packages = "resgen", importOptions = ImportOption.DoNotIncludeTests.class)
class PackageOrderTest {

  private static final List<String> ORDER =
      List.of(
          "resgen.torch..",
          "resgen.data..",
          "resgen.nn..",
          "resgen.train..",
          "resgen.rvq..",
          "resgen.tokenizer..",
          "resgen.mask..",
          "resgen.mixture..",
          "resgen.model..",
          "resgen.sample..",
          "resgen.eval..",
          "resgen",
          "resgen.study..",
          "resgen.bench..");

  @ArchTest
  static void noPackageUsesALaterOne(JavaClasses classes) {
    for (int i = 0; i < ORDER.size() - 1; i++) {
      String[] later = ORDER.subList(i + 1, ORDER.size()).toArray(String[]::new);
      noClasses()
          .that()
          .resideInAPackage(ORDER.get(i))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(later)
          .allowEmptyShould(true)
          .check(classes);
    }
  }

  @ArchTest
  static final ArchRule everyPackageHasItsPlace =
      classes().should().resideInAnyPackage(ORDER.toArray(String[]::new));

  @ArchTest
  static final ArchRule onlyTorchKnowsTheEngine =
      noClasses()
          .that()
          .resideOutsideOfPackage("resgen.torch..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.djl.pytorch..");
}
