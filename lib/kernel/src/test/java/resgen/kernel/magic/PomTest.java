package resgen.kernel.magic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.eclipse.aether.graph.Dependency;
import org.junit.jupiter.api.Test;

class PomTest {
  private static final List<String> SCOPES = List.of("compile", "runtime");

  @Test
  void aFragmentHasDependenciesRepositoriesAndExclusions() {
    Pom pom =
        Pom.parse(
            """
            <repositories><repository><id>own</id><url>https://example.org/m2</url></repository></repositories>
            <dependency>
              <groupId>g</groupId><artifactId>a</artifactId><version>1.2</version>
              <classifier>tests</classifier><type>test-jar</type>
              <exclusions><exclusion><groupId>x</groupId><artifactId>*</artifactId></exclusion></exclusions>
            </dependency>
            <dependency>
              <groupId>g</groupId><artifactId>b</artifactId><version>3</version><scope>test</scope>
            </dependency>
            """,
            SCOPES);
    assertEquals("https://example.org/m2", pom.repositories().get(0).getUrl());
    assertEquals(1, pom.dependencies().size());
    Dependency a = pom.dependencies().get(0);
    assertEquals("g:a:test-jar:tests:1.2", a.getArtifact().toString());
    assertEquals("x", a.getExclusions().iterator().next().getGroupId());
    assertEquals("*", a.getExclusions().iterator().next().getArtifactId());
  }

  @Test
  void aWholePomFillsItsPropertiesAndKeepsManagedVersionsApart() {
    Pom pom =
        Pom.parse(
            """
            <?xml version="1.0"?>
            <project>
              <properties><v>7.1</v></properties>
              <dependencyManagement><dependencies><dependency>
                <groupId>g</groupId><artifactId>m</artifactId><version>${v}</version>
              </dependency></dependencies></dependencyManagement>
              <dependencies><dependency>
                <groupId>g</groupId><artifactId>m</artifactId>
              </dependency></dependencies>
            </project>
            """,
            SCOPES);
    assertEquals("7.1", pom.managed().get(0).getArtifact().getVersion());
    assertEquals("", pom.dependencies().get(0).getArtifact().getVersion());
  }

  @Test
  void whatIsNoPomIsRefusedAndExternalEntitiesToo() {
    assertThrows(IllegalArgumentException.class, () -> Pom.parse("<dependency>", SCOPES));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            Pom.parse(
                "<!DOCTYPE p [<!ENTITY e SYSTEM \"file:///x\">]><project>&e;</project>", SCOPES));
    assertThrows(
        IllegalArgumentException.class,
        () -> Pom.parse("<dependency><artifactId>a</artifactId></dependency>", SCOPES));
  }
}
