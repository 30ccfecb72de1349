package resgen.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ClassNamesTest {

  private static void refused(List<String> names, String word, String... parts) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> ClassNames.find(List.of(word), names))
            .getMessage();
    for (String part : parts) {
      assertTrue(message.contains(part), message);
    }
  }

  @Test
  void namesComeBeforeNumbers() {
    List<String> numbers = List.of("0", "1", "10", "11", "2", "3");
    assertArrayEquals(new int[] {4, 2, 0}, ClassNames.find(List.of("2", "10", " 0"), numbers));
    assertArrayEquals(new int[] {5, 4}, ClassNames.find(List.of("3", "4"), numbers));
  }

  @Test
  void upperAndLowerCaseMatterOnlyIfTheyMustTellClassesApart() {
    List<String> names = List.of("ant", "Ant", "bee");
    assertArrayEquals(new int[] {1, 0, 2}, ClassNames.find(List.of("Ant", "ant", "BEE"), names));
    refused(names, "ANT", "'ant' (0) or 'Ant' (1)");
    refused(List.of("x", "x"), "x", "'x' (0) or 'x' (1)");
    assertArrayEquals(new int[] {1}, ClassNames.find(List.of("1"), List.of("x", "x")));
  }

  @Test
  void whatIsNoClassIsNamedWithWhatThereIs() {
    refused(List.of("ant", "bee"), "cow", "'cow'", "ant, bee", "0 to 1");
    refused(List.of("ant", "bee"), "2", "'2'", "0 to 1");
    refused(List.of("ant", "bee"), "-1", "'-1'");
    refused(List.of("ant", "bee"), "99999999999", "99999999999");
    refused(List.of("ant", "bee"), "", "''");
  }
}
