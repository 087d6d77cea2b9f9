import{parseConfig,parseSettings,parseSettingsFile}from"./chunk-TGRWFGZ7.mjs";import"./chunk-DU4L43BR.mjs";export{parseConfig,parseSettings,parseSettingsFile};
