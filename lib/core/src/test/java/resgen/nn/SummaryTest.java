package resgen.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class SummaryTest {

  private static Summary summary() {
    Parameters plan = Parameters.plan();
    plan.add("scale", Init.zeros(), 1);
    for (int i = 0; i < 12; i++) {
      Parameters block = plan.scope("backbone").scope("block" + i);
      block.add("qkv", Init.zeros(), 6, 2);
      block.add("out", Init.zeros(), 2, 2);
    }
    plan.scope("head").add("weight2", Init.zeros(), 5);
    return Summary.of("a <model>", plan.shapes());
  }

  @Test
  void numberedPartsShareARow() {
    assertEquals(
        List.of(
            new Summary.Row("scale", 1, "(1)", 1),
            new Summary.Row("backbone.block*", 12, "qkv (6, 2), out (2, 2)", 192),
            new Summary.Row("head", 1, "weight2 (5)", 5)),
        summary().rows());
    assertEquals(198, summary().numbers());
  }

  @Test
  void anotherPartIsAppended() {
    Parameters plan = Parameters.plan();
    plan.scope("in").add("w", Init.zeros(), 3);
    Summary both = summary().with("tokenizer.", plan.shapes());
    assertEquals(new Summary.Row("tokenizer.in", 1, "w (3)", 3), both.rows().get(3));
    assertEquals(201, both.numbers());
  }

  @Test
  void tableAndTextNameEveryPart() {
    String html = summary().toHtml();
    assertTrue(html.contains("<caption>a &lt;model&gt;</caption>"), html);
    assertTrue(html.contains("backbone.block*</td><td>12</td>"), html);
    assertTrue(html.contains("<th>198</th>"), html);
    assertTrue(summary().toString().contains("× 12"), summary().toString());
  }
}
