"""The program finds its own files."""

from app.places import resources_folder


def test_the_models_and_samples_lie_in_the_resources() -> None:
    assert (resources_folder() / "models").is_dir()
    assert (resources_folder() / "samples").is_dir()
