package verimesh.embedding;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import verimesh.chassis.images.SrgbPixels;
import verimesh.chassis.inference.serve.Urgency;
import verimesh.embedding.load.Models;
import verimesh.embedding.model.Role;
import verimesh.embedding.model.VisionModel;
import verimesh.embedding.objects.ObjectFinder;
import verimesh.embedding.objects.Region;
import verimesh.embedding.picture.Picture;
import verimesh.embedding.v1.FindObjectsRequest;
import verimesh.embedding.v1.FindObjectsResponse;
import verimesh.embedding.v1.ObjectRegion;

/// FindObjects: boxes first, then each box through CLIP at the picture's full resolution.
record ObjectsCall(Models models, CallReader reader) {
  private static final int REGIONS_USUAL = 16;
  private static final int REGIONS_MAX = 64;
  private static final double SCORE_USUAL = 0.25;

  FindObjectsResponse answer(FindObjectsRequest request) {
    ObjectFinder finder = models.objects().orElseThrow(() -> Refusals.noModel("objects"));
    int max = request.getRegionsMax() == 0 ? REGIONS_USUAL : request.getRegionsMax();
    if (max < 1 || max > REGIONS_MAX) throw Refusals.invalid("regions_max", "is " + Integer.toUnsignedString(max) + "; expected 1 to " + REGIONS_MAX);
    double scoreMin = request.hasScoreMin() ? request.getScoreMin() : SCORE_USUAL;
    if (!(scoreMin >= 0 && scoreMin <= 1)) throw Refusals.invalid("score_min", "is " + scoreMin + "; expected 0 to 1");
    if (!(reader.picture(request.getImage()) instanceof Picture.Whole picture)) {
      throw Refusals.invalid("image", "is a tensor; regions are cut out of the whole picture, so it must be sent encoded");
    }
    long deadline = reader.deadline();
    Urgency urgency = CallReader.urgency(request.getPriority());
    List<Region> regions = Refusals.await(finder.find(picture.cut(finder.card().input()).getFirst(), scoreMin, max, urgency, deadline));

    var response = FindObjectsResponse.newBuilder().setModel(Answers.id(finder.card()));
    Optional<VisionModel> clip = models.vision(Role.CLIP);
    List<CompletableFuture<float[]>> vectors = new ArrayList<>();
    if (clip.isPresent() && !regions.isEmpty()) {
      SrgbPixels shown = picture.shown();
      for (Region region : regions) vectors.add(embedded(shown, region, clip.get(), urgency, deadline));
    }
    for (int i = 0; i < regions.size(); i++) {
      Region region = regions.get(i);
      var answer = ObjectRegion.newBuilder().setLeft(region.left()).setTop(region.top()).setRight(region.right()).setBottom(region.bottom())
          .setLabel(region.label()).setScore(Answers.uncalibrated(region.score()));
      if (!vectors.isEmpty()) answer.setClip(Answers.embedding(clip.get().card(), VisionModel.unit(Refusals.await(vectors.get(i)))));
      response.addRegions(answer);
    }
    return response.build();
  }

  /// Outward to whole pixels, so that a thin thing has at least one.
  private static CompletableFuture<float[]> embedded(SrgbPixels shown, Region region, VisionModel clip, Urgency urgency, long deadline) {
    int left = Math.min(shown.width() - 1, (int) Math.floor(region.left() * shown.width()));
    int top = Math.min(shown.height() - 1, (int) Math.floor(region.top() * shown.height()));
    int width = Math.max(1, (int) Math.ceil(region.right() * shown.width()) - left);
    int height = Math.max(1, (int) Math.ceil(region.bottom() * shown.height()) - top);
    return clip.run(Picture.Whole.part(shown, left, top, width, height, clip.card().input()), urgency, deadline);
  }
}
