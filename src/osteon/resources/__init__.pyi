from osteon.resources.base import AsyncServiceResource as AsyncServiceResource
from osteon.resources.base import Resource as Resource
from osteon.resources.base import ResourceMeta as ResourceMeta
from osteon.resources.base import ServiceResource as ServiceResource
from osteon.resources.collections import AsyncCollection as AsyncCollection
from osteon.resources.collections import Collection as Collection
