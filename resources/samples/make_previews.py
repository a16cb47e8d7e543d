"""Compute the small pictures of the phantoms for the start page: `python resources/samples/make_previews.py`."""

from app.domain.reading import Arrived, Open, Opened
from app.imaging.stream import serve
from app.ui.desk.samples import SAMPLES
from app.ui.desk.thumbnails import thumbnail


def main() -> None:
    """Write every picture beside the phantoms."""
    for sample in SAMPLES.values():
        sample.preview.parent.mkdir(exist_ok=True)
        opened = None
        for news in serve(Open(sample.path)):
            if isinstance(news, Opened):
                opened = news
            if isinstance(news, Arrived) and opened is not None:
                opened.case.pixels.put(news.index, news.slice)
        if opened is not None:
            thumbnail(opened.case).save(str(sample.preview), "PNG")


if __name__ == "__main__":
    main()
