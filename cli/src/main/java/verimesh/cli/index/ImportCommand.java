package verimesh.cli.index;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import verimesh.chassis.Resources;
import verimesh.chassis.problem.Problems;
import verimesh.cli.CannotStart;
import verimesh.cli.Context;
import verimesh.cli.Exit;
import verimesh.cli.UsageProblem;
import verimesh.cli.term.Plain;
import verimesh.cli.term.Progress;
import verimesh.hash.bulk.CsvRows;
import verimesh.hash.bulk.FormatProblem;
import verimesh.hash.bulk.NpyFile;
import verimesh.hash.v1.ExportItemsResponse;
import verimesh.hash.v1.HashServiceGrpc;
import verimesh.hash.v1.Item;
import verimesh.hash.v1.ItemLabel;
import verimesh.hash.v1.ListBanksRequest;
import verimesh.hash.v1.Pdq;
import verimesh.hash.v1.RegisterRequest;
import verimesh.hash.v1.Vector;

/// `./mesh index import`: what another index or another program wrote. Both files are looked through before anything is
/// registered; doing it again goes on where it was stopped.
@Command(
    name = "import",
    description = {
      "Registers what ./mesh index export wrote, or the rows of a .npy file that a CSV describes.",
      "CSV columns that are understood: sha256, pdq, pdq_quality, label, generator (or model), source, external_id (or id, file, "
          + "filename, path, image), note. Row N of the CSV belongs to row N of the vectors."
    },
    footer = {
      "",
      "  ./mesh index import known-ai bank.jsonl",
      "  ./mesh index import known-ai vectors.npy --csv vectors.csv --space dinov2-small/.../cls"
    })
final class ImportCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "BANK")
  private String bank;

  @Parameters(index = "1", paramLabel = "FILE", description = "A .npy matrix (float16, float32 or float64), or JSON lines.")
  private Path file;

  @Option(names = "--csv", paramLabel = "FILE", description = "With a .npy: what each row is.")
  private Path csv;

  @Option(names = "--space", paramLabel = "SPACE", description = "With a .npy: the embedding space of its vectors; ./mesh index stats shows those in use.")
  private String space;

  @Mixin private AboutOptions about;
  @Mixin private HashAccess access;

  private final Context context;

  ImportCommand(Context context) {
    this.context = context;
  }

  /// The next request, or null after the last.
  private interface Rows extends AutoCloseable {
    RegisterRequest next() throws IOException, FormatProblem;

    @Override
    void close() throws IOException;
  }

  @Override
  public Integer call() throws Exception {
    boolean isNpy = file.toString().toLowerCase(Locale.ROOT).endsWith(".npy");
    if (isNpy && (csv == null || space == null)) throw new UsageProblem("a .npy needs --csv (what each row is) and --space (which model made it)");
    if (!isNpy && csv != null) throw new UsageProblem("--csv goes with a .npy");
    try (var resources = new Resources()) {
      long total = isNpy ? checkNpy() : checkLines();
      Channel channel = access.open(context, resources, true);
      HashServiceGrpc.newBlockingStub(channel).listBanks(ListBanksRequest.getDefaultInstance()).getBanksList().stream()
          .filter(known -> known.getName().equals(bank)).findFirst()
          .orElseThrow(() -> new CannotStart("There is no bank \"" + Plain.line(bank) + "\". Make it: ./mesh index banks --create " + bank + " --kind positive"));
      try (Rows rows = isNpy ? npy() : lines()) {
        return register(channel, rows, total);
      }
    } catch (FormatProblem e) {
      throw new UsageProblem(e.getMessage());
    } catch (StatusRuntimeException e) {
      throw new CannotStart(Problems.of(e).message());
    } catch (IOException e) {
      throw new CannotStart("cannot read " + file + ": " + e.getMessage());
    }
  }

  private Integer register(Channel channel, Rows rows, long total) throws Exception {
    var progress = new Progress(context.console(), InstantSource.system(), (int) Math.min(total, Integer.MAX_VALUE));
    var created = new AtomicLong();
    var known = new AtomicLong();
    var refused = new AtomicLong();
    var registrar = new Registrar<Long>(channel, (row, answer) -> {
      progress.done("row " + row);
      if (!answer.getErrorReason().isEmpty()) {
        if (refused.incrementAndGet() <= 20) context.console().note("row " + row + ": " + answer.getErrorMessage());
      } else if (answer.getCreated()) created.incrementAndGet();
      else known.incrementAndGet();
    });
    try (registrar) {
      long row = 0;
      for (RegisterRequest request = rows.next(); request != null; request = rows.next()) {
        if (!registrar.send(++row, request)) break;
      }
      Throwable broken = registrar.finish();
      if (broken != null) {
        throw new CannotStart(Problems.of(broken).message() + "\n" + (created.get() + known.get()) + " of " + total
            + " are registered; the same command goes on from here.");
      }
    } finally {
      progress.end();
    }
    context.console().line(created + " registered, " + known + " known already, " + refused + " refused");
    return refused.get() == 0 ? Exit.OK : Exit.SOME_FAILED;
  }

  /// @return rows; both files agree on them
  private long checkNpy() throws IOException, FormatProblem {
    try (NpyFile vectors = NpyFile.open(file); CsvRows rows = CsvRows.open(csv)) {
      long described = 0;
      while (rows.next() != null) described++;
      if (described != vectors.rows()) {
        throw new UsageProblem(file + " has " + vectors.rows() + " rows and " + csv + " describes " + described + "; nothing was registered");
      }
      return described;
    }
  }

  private Rows npy() throws IOException, FormatProblem {
    NpyFile vectors = NpyFile.open(file);
    CsvRows rows = CsvRows.open(csv);
    return new Rows() {
      private long row;

      @Override
      public RegisterRequest next() throws IOException, FormatProblem {
        Map<String, String> described = rows.next();
        float[] values = vectors.next();
        if (described == null || values == null) return null;
        row++;
        Vector.Builder vector = Vector.newBuilder().setEmbeddingSpace(space);
        for (float value : values) vector.addValues(value);
        return RegisterRequest.newBuilder().setBank(bank).setItem(item(described, row)).addVectors(vector).build();
      }

      @Override
      public void close() throws IOException {
        vectors.close();
        rows.close();
      }
    };
  }

  private Item item(Map<String, String> row, long number) {
    Item.Builder item = about.item(ItemLabel.ITEM_LABEL_OTHER);
    String sha256 = row.getOrDefault("sha256", "");
    String pdq = row.getOrDefault("pdq", "");
    try {
      if (!sha256.isBlank()) item.setSha256(ByteString.copyFrom(HexFormat.of().parseHex(sha256.strip().toLowerCase(Locale.ROOT))));
      if (!pdq.isBlank()) {
        item.setPdq(Pdq.newBuilder().setHash(ByteString.copyFrom(HexFormat.of().parseHex(pdq.strip().toLowerCase(Locale.ROOT))))
            .setQuality(Integer.parseInt(row.getOrDefault("pdq_quality", "100").strip())));
      }
    } catch (IllegalArgumentException e) {
      throw new UsageProblem(csv + ", row " + number + ": sha256 and pdq are hexadecimal, pdq_quality is a number");
    }
    if (!row.getOrDefault("label", "").isBlank()) item.setLabel(AboutOptions.label(row.get("label")));
    for (String name : new String[] {"generator", "model"}) if (!row.getOrDefault(name, "").isBlank()) item.setGenerator(row.get(name));
    if (!row.getOrDefault("source", "").isBlank()) item.setSource(row.get("source"));
    if (!row.getOrDefault("note", "").isBlank()) item.setNote(row.get("note"));
    for (String name : new String[] {"image", "path", "filename", "file", "id", "external_id"}) { // the last one that is there
      if (!row.getOrDefault(name, "").isBlank()) item.setExternalId(row.get(name));
    }
    // A row that nothing names is named by its place, so that importing the same file again adds nothing.
    if (item.getExternalId().isEmpty()) item.setExternalId(csv.getFileName() + "#" + number);
    return item.build();
  }

  private long checkLines() throws IOException {
    try (BufferedReader in = Files.newBufferedReader(file)) {
      long count = 0;
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (line.isBlank()) continue;
        parse(line, ++count);
      }
      return count;
    }
  }

  private Rows lines() throws IOException {
    BufferedReader in = Files.newBufferedReader(file);
    return new Rows() {
      private long row;

      @Override
      public RegisterRequest next() throws IOException {
        String line = in.readLine();
        while (line != null && line.isBlank()) line = in.readLine();
        if (line == null) return null;
        ExportItemsResponse exported = parse(line, ++row);
        return RegisterRequest.newBuilder().setBank(bank).setItem(exported.getItem()).addAllVectors(exported.getVectorsList()).build();
      }

      @Override
      public void close() throws IOException {
        in.close();
      }
    };
  }

  private ExportItemsResponse parse(String line, long row) {
    try {
      ExportItemsResponse.Builder exported = ExportItemsResponse.newBuilder();
      JsonFormat.parser().ignoringUnknownFields().merge(line, exported);
      return exported.build();
    } catch (InvalidProtocolBufferException e) {
      throw new UsageProblem(file + ", line " + row + " is not what ./mesh index export writes: " + Plain.line(String.valueOf(e.getMessage())));
    }
  }
}
