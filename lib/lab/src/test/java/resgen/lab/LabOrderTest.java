package resgen.lab;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The lab measures whatever a generator makes: it knows no medium. */
@AnalyzeClasses(packages = "resgen.lab", importOptions = ImportOption.DoNotIncludeTests.class)
class LabOrderTest {

  @ArchTest
  static final ArchRule onlyBenchesKnowImages =
      noClasses()
          .that()
          .resideOutsideOfPackage("resgen.lab.bench..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("resgen.vision..", "resgen.audio..");

  @ArchTest
  static final ArchRule metricsKnowNoStudies =
      noClasses()
          .that()
          .resideInAPackage("resgen.lab.metric..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("resgen.lab", "resgen.lab.study..", "resgen.lab.bench..");

  @ArchTest
  static final ArchRule theLabKnowsNoCommandLine =
      noClasses().should().dependOnClassesThat().resideInAPackage("resgen.cli..");
}
