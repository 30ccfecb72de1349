package resgen;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.File;
import java.io.InputStream;
import java.net.URL;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;

/** The order of the core's packages: one uses those before it in the list, never one after it. */
@AnalyzeClasses(packages = "resgen", importOptions = ImportOption.DoNotIncludeTests.class)
class PackageOrderTest {

  private static final List<String> ORDER =
      List.of(
          "resgen.settings..",
          "resgen.torch..",
          "resgen.noise..",
          "resgen.token..",
          "resgen.nn..",
          "resgen.train..",
          "resgen.quantize..",
          "resgen.mask..",
          "resgen.reference..",
          "resgen.head..",
          "resgen.codec..",
          "resgen.model..",
          "resgen.sample..",
          "resgen");

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

  /** The core is neutral of medium: it knows no module that is built on it. */
  @ArchTest
  static final ArchRule theCoreKnowsNoneOfItsUsers =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "resgen.vision..",
              "resgen.audio..",
              "resgen.lab..",
              "resgen.cli..",
              "resgen.kernel..",
              "resgen.browser..",
              "resgen.spark..");

  /** It draws no charts, has no tables of data, and reads no picture. */
  @ArchTest
  static final ArchRule theCoreHasNoChartsTablesOrImageReaders =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.knowm..", "tech.tablesaw..", "javax.imageio.stream..")
          .orShould()
          .callMethod(ImageIO.class, "read", File.class)
          .orShould()
          .callMethod(ImageIO.class, "read", InputStream.class)
          .orShould()
          .callMethod(ImageIO.class, "read", URL.class)
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(ImageReader.class);
}
