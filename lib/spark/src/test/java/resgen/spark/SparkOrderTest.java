package resgen.spark;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Spark is known here alone. */
@AnalyzeClasses(packages = "resgen", importOptions = ImportOption.DoNotIncludeTests.class)
class SparkOrderTest {

  @ArchTest
  static final ArchRule nothingElseKnowsSpark =
      noClasses()
          .that()
          .resideOutsideOfPackage("resgen.spark..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("resgen.spark..", "org.apache.spark..", "scala..");

  @ArchTest
  static final ArchRule thisKnowsNoCommandLine =
      noClasses()
          .that()
          .resideInAPackage("resgen.spark..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("resgen.cli..");
}
